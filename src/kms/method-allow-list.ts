import { InterceptingCall, type Interceptor } from "@grpc/grpc-js";
import type { KmsProvider } from "../configuration/configuration.ts";
import { KmsPluginError } from "./plugin-error.ts";

/** Everything that is ever called; Encrypt is not needed (k8s.io/kms apis/v2/api.proto, apis/v1beta1/api.proto). */
export const METHODS = {
  status: "/v2.KeyManagementService/Status",
  decryptV2: "/v2.KeyManagementService/Decrypt",
  version: "/v1beta1.KeyManagementService/Version",
  decryptV1: "/v1beta1.KeyManagementService/Decrypt",
} as const;
export type Method = (typeof METHODS)[keyof typeof METHODS];

const ALLOWED: ReadonlySet<string> = new Set(Object.values(METHODS));

/** Stops every call that is not on the list before a byte is sent. */
export function methodAllowList(provider: KmsProvider): Interceptor {
  return (options, nextCall) => {
    const method = options.method_definition.path;
    if (!ALLOWED.has(method)) throw new KmsPluginError("method-refused", provider, method);
    return new InterceptingCall(nextCall(options));
  };
}
