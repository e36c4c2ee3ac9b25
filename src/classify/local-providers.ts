import { type EncryptedProvider, firstColon, malformedBody, soundBody } from "./prefix.ts";

const AES_BLOCK = 16;
/** IV and at least one padded block (apiserver pkg/storage/value/encrypt/aes/aes.go: cbc). */
const SHORTEST_CBC = 32;
/** Nonce (12) and tag (16) around an empty plaintext (same file: gcm). */
export const SHORTEST_GCM = 28;
/** Nonce (24) and tag (16) around an empty plaintext (encrypt/secretbox/secretbox.go). */
const SHORTEST_SECRETBOX = 40;

/** AES-CBC with PKCS#7 padding. */
export const AESCBC: EncryptedProvider = {
  provider: "aescbc",
  prefix: Buffer.from("k8s:enc:aescbc:v1:", "latin1"),
  nameEnd: firstColon,
  readBody(_bytes, offset, end) {
    if (end - offset < SHORTEST_CBC) return malformedBody("body-too-short");
    return (end - offset) % AES_BLOCK === 0 ? soundBody() : malformedBody("body-not-in-blocks");
  },
};

/** AES-GCM with a random nonce. */
export const AESGCM: EncryptedProvider = {
  provider: "aesgcm",
  prefix: Buffer.from("k8s:enc:aesgcm:v1:", "latin1"),
  nameEnd: firstColon,
  readBody: (_bytes, offset, end) => (end - offset < SHORTEST_GCM ? malformedBody("body-too-short") : soundBody()),
};

/** XSalsa20-Poly1305. */
export const SECRETBOX: EncryptedProvider = {
  provider: "secretbox",
  prefix: Buffer.from("k8s:enc:secretbox:v1:", "latin1"),
  nameEnd: firstColon,
  readBody: (_bytes, offset, end) =>
    end - offset < SHORTEST_SECRETBOX ? malformedBody("body-too-short") : soundBody(),
};
