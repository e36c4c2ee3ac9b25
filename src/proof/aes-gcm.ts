import { type CipherGCMTypes, createDecipheriv, type KeyObject } from "node:crypto";
import type { SecretBytes } from "../configuration/secret-bytes.ts";
import { keyObjectOf } from "./key-object.ts";
import type { ValueOpener } from "./opening.ts";

const NONCE = 12;
const TAG = 16;
/** The name that OpenSSL gives the cipher for keys of so many bytes. */
const ALGORITHMS: ReadonlyMap<number, CipherGCMTypes> = new Map([
  [16, "aes-128-gcm"],
  [24, "aes-192-gcm"],
  [32, "aes-256-gcm"],
]);

/** The key of an aesgcm provider: nonce (12) | ciphertext | tag (16) (apiserver encrypt/aes/aes.go: gcm). */
export function aesGcmOpener(secret: SecretBytes): ValueOpener {
  const key = keyObjectOf(secret);
  return { open: (bytes, offset, end, etcdKey) => openGcm(key, bytes, offset, end, etcdKey) };
}

/** Authenticates the value together with its whole etcd key. The plaintext is wiped before this returns. */
export function openGcm(
  key: KeyObject,
  bytes: Uint8Array,
  offset: number,
  end: number,
  etcdKey: Uint8Array,
): "verified" | "too-short" | "authentication" {
  if (end - offset < NONCE) return "too-short";
  const algorithm = ALGORITHMS.get(key.symmetricKeySize ?? 0);
  if (algorithm === undefined || end - offset < NONCE + TAG) return "authentication";
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(offset, offset + NONCE), { authTagLength: TAG });
  decipher.setAAD(etcdKey).setAuthTag(bytes.subarray(end - TAG, end));
  const plaintext = decipher.update(bytes.subarray(offset + NONCE, end - TAG));
  try {
    decipher.final();
    return "verified";
  } catch {
    return "authentication";
  } finally {
    plaintext.fill(0);
  }
}
