import { createDecipheriv, type KeyObject } from "node:crypto";
import type { SecretBytes } from "../configuration/secret-bytes.ts";
import { keyObjectOf } from "./key-object.ts";
import type { Opening, ValueOpener } from "./opening.ts";
import { looksLikeObject } from "./plausible-content.ts";

const BLOCK = 16;

/** The key of an aescbc provider: IV (16) | AES-CBC with PKCS#7 padding (apiserver encrypt/aes/aes.go: cbc). */
export function aesCbcOpener(secret: SecretBytes): ValueOpener {
  const key = keyObjectOf(secret);
  const algorithm = `aes-${secret.length * 8}-cbc`;
  return { open: (bytes, offset, end) => openCbc(algorithm, key, bytes, offset, end) };
}

/**
 * Decrypts and checks as Go does: the padding, which a wrong key passes in 1 of 256 cases, and then the content, so that
 * such a case is noticed. The plaintext is wiped before this returns.
 */
export function openCbc(algorithm: string, key: KeyObject, bytes: Uint8Array, offset: number, end: number): Opening {
  const length = end - offset;
  if (length < BLOCK) return "too-short";
  if (length % BLOCK !== 0) return "not-in-blocks";
  // An IV alone: Go's code runs over the end of the empty plaintext.
  if (length === BLOCK) return "too-short";
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(offset, offset + BLOCK)).setAutoPadding(false);
  const plaintext = decipher.update(bytes.subarray(offset + BLOCK, end));
  try {
    decipher.final();
    const padding = paddingOf(plaintext);
    if (padding === 0) return "padding";
    return looksLikeObject(plaintext.subarray(0, plaintext.length - padding)) ? "plausible" : "content";
  } finally {
    plaintext.fill(0);
  }
}

/** The length of the PKCS#7 padding in bytes; 0 where there is none. Go takes one longer than a block too. */
function paddingOf(plaintext: Uint8Array): number {
  const padding = plaintext[plaintext.length - 1] as number;
  if (padding > plaintext.length) return 0;
  for (let index = plaintext.length - padding; index < plaintext.length; index++) {
    if (plaintext[index] !== padding) return 0;
  }
  return padding;
}
