import { SecretBytes } from "../../src/configuration/secret-bytes.ts";
import { Keyring } from "../../src/proof/keyring.ts";
import type { DataKeys } from "../../src/proof/kms-envelope.ts";
import type { ProofOutcome } from "../../src/proof/proof-outcome.ts";
import { accepted } from "../configuration/read.ts";
import { readVectorFile } from "../configuration/vector-file.ts";
import { type LongVector, rebuildStored } from "./rebuild-stored.ts";

/** One stored value and what the API server's transformers make of it. */
export interface ValueVector {
  readonly name: string;
  readonly etcdKey: string;
  readonly config?: string;
  readonly storedBase64?: string;
  readonly storedRecipe?: LongVector["storedRecipe"];
  readonly kms?: {
    readonly providerName: string;
    readonly wrappedDekBase64: string;
    readonly dekBase64: string;
    readonly currentKeyId?: string;
    readonly dekSourceType?: string;
  };
  readonly expect: {
    readonly state: string;
    readonly keyName?: string;
    readonly readable: boolean;
    readonly stale?: boolean;
    readonly error?: string;
    readonly altered?: boolean;
    readonly plaintextLength?: number;
  };
}

interface ValueVectorFile {
  readonly encryptionConfigs?: Readonly<Record<string, unknown>>;
  readonly encryptionConfig?: unknown;
  readonly vectors: readonly ValueVector[];
}

/** What the proof says of a vector. */
export function proveVector(file: ValueVectorFile, vector: ValueVector, dataKeys?: DataKeys): ProofOutcome {
  const configuration = vector.config === undefined ? file.encryptionConfig : file.encryptionConfigs?.[vector.config];
  const reader = new Keyring(accepted(JSON.stringify(configuration)), { dataKeys }).readerFor("secrets");
  const stored = storedOf(vector);
  // The value stands somewhere in a larger buffer, as it does in a batch.
  const bytes = Buffer.concat([Buffer.from("before"), stored, Buffer.from("after")]);
  const outcome = reader.read(Buffer.from(vector.etcdKey), bytes, 6, stored.length);
  if (!bytes.subarray(6, 6 + stored.length).equals(stored)) throw new Error("the stored value was changed");
  return outcome;
}

function storedOf(vector: ValueVector): Uint8Array {
  const { storedBase64, storedRecipe } = vector;
  if (storedBase64 !== undefined) return Buffer.from(storedBase64, "base64");
  if (storedRecipe === undefined) throw new Error(`${vector.name} has no stored value`);
  return rebuildStored({ ...vector, storedRecipe });
}

export function readValueVectors(name: string): ValueVectorFile {
  return readVectorFile<ValueVectorFile>(name);
}

/** A plugin that knows the wrapped data keys of one vector. */
export function pluginOf({ name, kms }: ValueVector): DataKeys {
  const unwrap = (wrapped: Uint8Array) => {
    const isKnown =
      kms !== undefined && Buffer.from(kms.wrappedDekBase64, "base64").equals(wrapped) && kms.dekBase64 !== "";
    return isKnown ? new SecretBytes(Buffer.from(kms.dekBase64, "base64")) : "refused";
  };
  const writesSeeds =
    kms?.dekSourceType === "HKDF_SHA256_XNONCE_AES_GCM_SEED" && !name.includes("writer-uses-AES_GCM_KEY");
  return {
    unwrapV1: (_provider, wrappedDek) => unwrap(wrappedDek),
    unwrapV2: (_provider, { dekSource }) => unwrap(dekSource),
    currentKey: () =>
      kms?.currentKeyId === undefined
        ? undefined
        : { keyId: kms.currentKeyId, dekSourceType: writesSeeds ? "seed" : "key" },
  };
}

/** Whether the API server's transformers give back bytes: also such as can't be an object. */
export function isReadable(outcome: ProofOutcome): boolean {
  switch (outcome.kind) {
    case "verified":
    case "plausible":
    case "plaintext":
      return true;
    case "wrong-key":
      return outcome.reason === "content";
    case "no-key":
    case "not-attempted":
      return false;
  }
}
