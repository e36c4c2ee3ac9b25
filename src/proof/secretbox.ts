import { timingSafeEqual } from "node:crypto";
import { poly1305 } from "@noble/ciphers/_poly1305.js";
import { xsalsa20 } from "@noble/ciphers/salsa.js";
import type { SecretBytes } from "../configuration/secret-bytes.ts";
import type { ValueOpener } from "./opening.ts";

const NONCE = 24;
const TAG = 16;
const TAG_KEY = 32;
const ZEROS = new Uint8Array(TAG_KEY);

/**
 * The key of a secretbox provider: nonce (24) | Poly1305 tag (16) | XSalsa20 ciphertext, as NaCl lays it out (apiserver
 * encrypt/secretbox/secretbox.go; https://nacl.cr.yp.to/secretbox.html). The tag is over the ciphertext, so it is
 * checked without decrypting anything.
 */
export function secretboxOpener(secret: SecretBytes): ValueOpener {
  const tagKey = new Uint8Array(TAG_KEY);
  return {
    open(bytes, offset, end) {
      if (end - offset < NONCE + TAG) return "too-short";
      const nonce = bytes.subarray(offset, offset + NONCE);
      secret.expose((key) => xsalsa20(key, nonce, ZEROS, tagKey));
      const tag = poly1305(bytes.subarray(offset + NONCE + TAG, end), tagKey);
      tagKey.fill(0);
      const stored = bytes.subarray(offset + NONCE, offset + NONCE + TAG);
      return timingSafeEqual(tag, stored) ? "verified" : "authentication";
    },
  };
}
