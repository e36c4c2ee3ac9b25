import { type CipherGCMTypes, createCipheriv, createHash, createHmac } from "node:crypto";
import { secretbox } from "@noble/ciphers/salsa.js";

/** A long value as the vectors hold it: its ends, its length and its SHA-256. */
interface StoredRecipe {
  readonly length: number;
  readonly sha256: string;
  readonly headBase64: string;
  readonly tailBase64: string;
}

export interface LongVector {
  readonly etcdKey: string;
  readonly keyBase64?: string;
  readonly kms?: { readonly dekBase64: string; readonly dekSourceType?: string };
  readonly plaintextRecipe?: { readonly repeatBase64: string; readonly count: number };
  readonly storedRecipe: StoredRecipe;
  readonly expect: { readonly state: string };
}

/** Writes the value again, with the nonce that its head shows, and compares it with the recipe. */
export function rebuildStored(vector: LongVector): Uint8Array {
  const { storedRecipe, plaintextRecipe } = vector;
  const head = Buffer.from(storedRecipe.headBase64, "base64");
  const tail = Buffer.from(storedRecipe.tailBase64, "base64");
  for (const stored of candidates(vector, head, tail, repeated(plaintextRecipe))) {
    if (stored.length !== storedRecipe.length) continue;
    if (createHash("sha256").update(stored).digest("hex") === storedRecipe.sha256) return stored;
  }
  throw new Error("the recipe does not give the stored value");
}

function repeated(recipe: LongVector["plaintextRecipe"]): Buffer {
  if (recipe === undefined) return Buffer.alloc(0);
  const piece = Buffer.from(recipe.repeatBase64, "base64");
  return Buffer.alloc(piece.length * recipe.count, piece);
}

function* candidates(vector: LongVector, head: Buffer, tail: Buffer, plaintext: Buffer): Iterable<Buffer> {
  const { state } = vector.expect;
  const key = Buffer.from(vector.keyBase64 ?? vector.kms?.dekBase64 ?? "", "base64");
  const aad = Buffer.from(vector.etcdKey);
  if (state === "identity") yield plaintext;
  // What is stored besides ciphertext lies in the head and, for KMS v2, in the tail.
  const { length } = vector.storedRecipe;
  if (vector.plaintextRecipe === undefined) {
    const filler = Buffer.alloc(length - head.length - tail.length, head[head.length - 1]);
    yield Buffer.concat([head, filler, tail]);
    return;
  }
  for (let offset = 0; offset < head.length; offset++) {
    const before = head.subarray(0, offset);
    if (state === "aescbc" || state === "kms-v1") {
      const end = offset + 16 + plaintext.length + 16;
      if (end === length) yield Buffer.concat([before, cbc(key, head.subarray(offset, offset + 16), plaintext)]);
    }
    if (state === "aesgcm" || state === "kms-v1") {
      const end = offset + 12 + plaintext.length + 16;
      if (end === length) yield Buffer.concat([before, gcm(key, head.subarray(offset, offset + 12), plaintext, aad)]);
    }
    if (state === "secretbox" && offset + 40 + plaintext.length === length) {
      const nonce = head.subarray(offset, offset + 24);
      yield Buffer.concat([before, nonce, secretbox(key, nonce).seal(plaintext)]);
    }
  }
  if (state === "kms-v2") yield* encryptedObjects(vector, key, head, tail, plaintext, aad);
}

/** Field 1 stands first: tag, a varint of three bytes, then info (with a seed), nonce, ciphertext and tag. */
function* encryptedObjects(
  { kms, storedRecipe }: LongVector,
  key: Buffer,
  head: Buffer,
  tail: Buffer,
  plaintext: Buffer,
  aad: Buffer,
): Iterable<Buffer> {
  const data = head.indexOf(":", "k8s:enc:kms:v2:".length) + 1 + 4;
  const isSeed = kms?.dekSourceType === "HKDF_SHA256_XNONCE_AES_GCM_SEED";
  const nonce = isSeed ? data + 32 : data;
  const info = head.subarray(data, nonce);
  const used = isSeed ? createHmac("sha256", key).update(info).update(Buffer.of(1)).digest() : key;
  const sealed = Buffer.concat([head.subarray(0, nonce), gcm(used, head.subarray(nonce, nonce + 12), plaintext, aad)]);
  yield Buffer.concat([sealed, tail.subarray(tail.length - (storedRecipe.length - sealed.length))]);
}

function cbc(key: Buffer, iv: Buffer, plaintext: Buffer): Buffer {
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, iv);
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final()]);
}

/** AES-GCM as Kubernetes stores it: nonce, ciphertext, tag. */
export function gcm(key: Buffer, nonce: Buffer, plaintext: Uint8Array, aad: Uint8Array): Buffer {
  const cipher = createCipheriv(`aes-${key.length * 8}-gcm` as CipherGCMTypes, key, nonce).setAAD(aad);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}
