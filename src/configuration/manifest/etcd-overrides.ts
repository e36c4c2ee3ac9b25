import type { EtcdOverride } from "./api-server-settings.ts";
import { ManifestRefusal } from "./manifest-refusal.ts";

/**
 * One element of `--etcd-servers-overrides`: `group/resource#server;server` (apiserver pkg/server/options/etcd.go).
 * @throws ManifestRefusal bad-override, as the API server does
 */
export function readOverride(text: string): EtcdOverride {
  const [place = "", servers, ...furtherServers] = text.split("#");
  const [group = "", resource, ...furtherNames] = place.split("/");
  const isWhole = servers !== undefined && resource !== undefined && resource !== "";
  if (!isWhole || furtherServers.length > 0 || furtherNames.length > 0) {
    throw new ManifestRefusal({ kind: "bad-override" });
  }
  const endpoints = servers.split(";").filter((server) => server !== "");
  if (endpoints.length === 0) throw new ManifestRefusal({ kind: "bad-override" });
  return { resource: group === "" ? resource : `${resource}.${group}`, endpoints };
}
