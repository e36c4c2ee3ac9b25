import { isUtf8 } from "node:buffer";

/** An etcd key for a report: text where its bytes are UTF-8, else base64 of the bytes. */
export type EtcdKey =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "base64"; readonly base64: string };

/** Reads a key's bytes without loss: no byte is replaced, a byte order mark stays. */
export function decodeEtcdKey(bytes: Uint8Array): EtcdKey {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(view)
    ? { kind: "text", text: view.toString("utf8") }
    : { kind: "base64", base64: view.toString("base64") };
}
