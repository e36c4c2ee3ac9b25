import { connect } from "node:net";
import type { KmsPluginErrorCode } from "./plugin-error.ts";

/** What a refused connection is called, by the operating system's word for it. */
const CODES: Readonly<Record<string, KmsPluginErrorCode>> = {
  ENOENT: "no-socket",
  ENOTDIR: "no-socket",
  ENAMETOOLONG: "bad-endpoint",
  EINVAL: "bad-endpoint",
  EACCES: "not-permitted",
  EPERM: "not-permitted",
  ECONNREFUSED: "nothing-listening",
};
/** Milliseconds. The socket is on this machine. */
const PATIENCE = 1_000;

/** Why gRPC calls a plugin unavailable, of which it does not tell the kinds apart. */
export function diagnoseSocket(path: string): Promise<KmsPluginErrorCode> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const settle = (code: KmsPluginErrorCode): void => {
      socket.destroy();
      resolve(code);
    };
    socket.setTimeout(PATIENCE, () => settle("unavailable"));
    socket.once("connect", () => settle("unavailable"));
    socket.once("error", (error: NodeJS.ErrnoException) => settle(CODES[error.code ?? ""] ?? "unavailable"));
  });
}
