import type { Malformation } from "../model/value-class.ts";
import { type EncryptedProvider, firstColon, malformedBody, SOUND_BODY } from "./prefix.ts";

const AES_BLOCK = 16;
/** Bytes of a tag, and of a block. */
const MARK = 16;
/** IV and at least one padded block (apiserver pkg/storage/value/encrypt/aes/aes.go: cbc). */
const SHORTEST_CBC = 32;
/** Nonce (12) and tag (16) around an empty plaintext (same file: gcm). */
export const SHORTEST_GCM = 28;
/** Nonce (24) and tag (16) around an empty plaintext (encrypt/secretbox/secretbox.go). */
const SHORTEST_SECRETBOX = 40;

/** AES-CBC with PKCS#7 padding. */
export const AESCBC = localProvider("aescbc", { nonceLength: 16, mark: "last-bytes" }, (length) => {
  if (length < SHORTEST_CBC) return "body-too-short";
  return length % AES_BLOCK === 0 ? null : "body-not-in-blocks";
});

/** AES-GCM with a random nonce. */
export const AESGCM = localProvider("aesgcm", { nonceLength: 12, mark: "last-bytes" }, (length) =>
  length < SHORTEST_GCM ? "body-too-short" : null,
);

/** XSalsa20-Poly1305. */
export const SECRETBOX = localProvider("secretbox", { nonceLength: 24, mark: "after-nonce" }, (length) =>
  length < SHORTEST_SECRETBOX ? "body-too-short" : null,
);

/** A provider whose key is in the configuration: of its bodies only the length, in bytes, can be checked. */
function localProvider(
  provider: "aescbc" | "aesgcm" | "secretbox",
  { nonceLength, mark }: { readonly nonceLength: number; readonly mark: "after-nonce" | "last-bytes" },
  malformationOf: (length: number) => Malformation | null,
): EncryptedProvider {
  return {
    provider,
    prefix: Buffer.from(`k8s:enc:${provider}:v1:`, "latin1"),
    nameEnd: firstColon,
    markOffset: (_bytes, offset, end) => (malformationOf(end - offset) === null ? end : -1),
    ciphertext: (offset, end) => ({
      nonceOffset: offset,
      nonceLength,
      markOffset: mark === "after-nonce" ? offset + nonceLength : end - MARK,
    }),
    readBody(_bytes, offset, end) {
      const malformation = malformationOf(end - offset);
      return malformation === null ? SOUND_BODY : malformedBody(malformation);
    },
  };
}
