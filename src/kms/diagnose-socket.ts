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

/** Why gRPC has no connection over this socket, which it does not tell apart. */
export function diagnoseSocket(path: string): Promise<KmsPluginErrorCode> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const settle = (code: KmsPluginErrorCode): void => {
      socket.destroy();
      resolve(code);
    };
    socket.setTimeout(PATIENCE, () => settle("lost-connection"));
    socket.once("connect", () => settle("lost-connection"));
    socket.once("error", (error: NodeJS.ErrnoException) => settle(CODES[error.code ?? ""] ?? "lost-connection"));
  });
}
