import { createHash } from "node:crypto";

/** The namespace of the program's own names, drawn once at random. */
const NAMESPACE = "5d8f9c1e-3b0a-4c57-9e5e-6a3f0c2b71d4";

/** A UUID of version 5 (RFC 9562, 5.5) that follows from a name alone: the same name, the same UUID. */
export function uuidOf(...name: readonly (string | number)[]): string {
  const namespace = Buffer.from(NAMESPACE.replaceAll("-", ""), "hex");
  // As JSON, two lists of names never become one text.
  const hash = createHash("sha1").update(namespace).update(JSON.stringify(name)).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString("hex", 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
