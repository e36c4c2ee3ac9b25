/** How a kube-apiserver is started, for commands that fill in their flags from it. */
export { type ApiServerSettings, apiServerSettings, type EtcdOverride } from "../api-server-settings.ts";
