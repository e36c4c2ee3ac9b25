import { type EncryptedProvider, firstColon, malformedBody, SOUND_BODY } from "./prefix.ts";
import type { BodyForm } from "./value-form.ts";

const AES_BLOCK = 16;
/** IV and at least one padded block (apiserver pkg/storage/value/encrypt/aes/aes.go: cbc). */
const SHORTEST_CBC = 32;
/** Nonce (12) and tag (16) around an empty plaintext (same file: gcm). */
export const SHORTEST_GCM = 28;
/** Nonce (24) and tag (16) around an empty plaintext (encrypt/secretbox/secretbox.go). */
const SHORTEST_SECRETBOX = 40;

/** AES-CBC with PKCS#7 padding. */
export const AESCBC = localProvider("aescbc", {
  shortest: SHORTEST_CBC,
  multiple: AES_BLOCK,
  nonce: { length: 16, mark: "last-bytes" },
  data: null,
});

/** AES-GCM with a random nonce. */
export const AESGCM = localProvider("aesgcm", {
  shortest: SHORTEST_GCM,
  multiple: 1,
  nonce: { length: 12, mark: "last-bytes" },
  data: null,
});

/** XSalsa20-Poly1305. */
export const SECRETBOX = localProvider("secretbox", {
  shortest: SHORTEST_SECRETBOX,
  multiple: 1,
  nonce: { length: 24, mark: "after-nonce" },
  data: null,
});

/** A provider whose key is in the configuration: of its bodies only the length, in bytes, can be checked. */
function localProvider(provider: "aescbc" | "aesgcm" | "secretbox", form: BodyForm): EncryptedProvider {
  return {
    provider,
    prefix: Buffer.from(`k8s:enc:${provider}:v1:`, "latin1"),
    nameEnd: firstColon,
    form,
    readBody(_bytes, offset, end) {
      const length = end - offset;
      if (length < form.shortest) return malformedBody("body-too-short");
      return length % form.multiple === 0 ? SOUND_BODY : malformedBody("body-not-in-blocks");
    },
  };
}
