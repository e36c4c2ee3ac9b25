import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const FOLDER = join(import.meta.dirname, "fixtures/vectors");

/** The vector files that hold stored values, by name. */
export const VALUE_VECTOR_FILES = [
  "identity",
  "aescbc",
  "aesgcm",
  "secretbox",
  "kms-v1",
  "kms-v2",
  "prefixes",
  "selection",
] as const;

/** One stored value that the real transformers wrote or read, and what is known of it. */
export interface ValueVector {
  readonly name: string;
  /** The value; of one too long to be kept whole, its first and last bytes with zeros between them. */
  readonly stored: Buffer;
  /** Of KMS vectors: the wrapped DEK. */
  readonly wrappedDek: Buffer | null;
  readonly expect: {
    /** The provider by the prefix bytes; `identity` for plaintext, `unknown` for no provider. */
    readonly state: string;
    readonly keyName?: string;
    readonly kmsKeyId?: string;
    readonly readable: boolean;
    /** What the real code said when it could not read the value. */
    readonly error?: string;
  };
}

interface RawVector {
  readonly name: string;
  readonly storedBase64?: string;
  readonly storedRecipe?: { readonly length: number; readonly headBase64: string; readonly tailBase64: string };
  readonly kms?: { readonly wrappedDekBase64?: string };
  readonly expect: ValueVector["expect"];
}

/** The stored values of one file of vectors, in its order. */
export function readValueVectors(file: (typeof VALUE_VECTOR_FILES)[number]): readonly ValueVector[] {
  const text = gunzipSync(readFileSync(join(FOLDER, `${file}.json.gz`))).toString();
  const { vectors } = JSON.parse(text) as { readonly vectors: readonly RawVector[] };
  return vectors.map((vector) => ({
    name: vector.name,
    stored: storedBytes(vector),
    wrappedDek: vector.kms?.wrappedDekBase64 === undefined ? null : Buffer.from(vector.kms.wrappedDekBase64, "base64"),
    expect: vector.expect,
  }));
}

function storedBytes({ name, storedBase64, storedRecipe }: RawVector): Buffer {
  if (storedBase64 !== undefined) return Buffer.from(storedBase64, "base64");
  if (storedRecipe === undefined) throw new Error(`the vector ${name} has no stored value`);
  const stored = Buffer.alloc(storedRecipe.length);
  stored.set(Buffer.from(storedRecipe.headBase64, "base64"));
  const tail = Buffer.from(storedRecipe.tailBase64, "base64");
  stored.set(tail, stored.length - tail.length);
  return stored;
}
