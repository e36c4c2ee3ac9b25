import { plaintextKeys } from "./plaintext-keys.ts";
import type { Reporter } from "./reporter.ts";

/** Bytes that are collected before they are written. */
const CHUNK_SIZE = 64 * 1024;
const NUL = Uint8Array.of(0);

/** The raw bytes of the keys still unencrypted, each with a NUL after it. */
export const keys0: Reporter = {
  async write(result, out) {
    let parts: Uint8Array[] = [];
    let size = 0;
    for (const key of plaintextKeys(result)) {
      parts.push(key, NUL);
      size += key.length + 1;
      if (size < CHUNK_SIZE) continue;
      await out.write(Buffer.concat(parts));
      parts = [];
      size = 0;
    }
    if (size > 0) await out.write(Buffer.concat(parts));
  },
};
