import { createHmac, createSecretKey } from "node:crypto";
import { type EncryptedObject, HKDF_SEED, soundEncryptedObject } from "../classify/encrypted-object.ts";
import type { KmsProvider } from "../configuration/configuration.ts";
import type { SecretBytes } from "../configuration/secret-bytes.ts";
import { openCbc } from "./aes-cbc.ts";
import { openGcm } from "./aes-gcm.ts";
import { keyObjectOf } from "./key-object.ts";
import type { Opening, ValueOpener } from "./opening.ts";

/** A data key or seed, or why there is none: the plugin was not asked, or refuses. */
export type UnwrappedDek = SecretBytes | "not-known" | "refused";

/** How the data key comes out of the unwrapped source: it is the key itself, or a seed for one key a value. */
type DekSourceType = "key" | "seed";

/** What a KMS v2 provider writes with now. */
export interface CurrentKmsKey {
  readonly keyId: string;
  readonly dekSourceType: DekSourceType;
}

/** Data keys that a plugin has unwrapped. Asked for each value, so answered from memory. */
export interface DataKeys {
  unwrapV1(provider: KmsProvider, wrappedDek: Uint8Array): UnwrappedDek;
  unwrapV2(provider: KmsProvider, object: EncryptedObject): UnwrappedDek;
  /** Undefined where it was not learned: then no value is stale by its key ID. */
  currentKey(provider: KmsProvider): CurrentKmsKey | undefined;
}

/** Bytes; whatever else a plugin gives back is no AES key. */
const AES_KEY_LENGTHS: readonly number[] = [16, 24, 32];
/** Bytes of the length before a KMS v1 wrapped DEK. */
const LENGTH = 2;
/** Bytes of HKDF info before the nonce where a seed is used. */
const INFO = 32;
/** What ends the only block of HKDF-Expand (RFC 5869, 2.3). */
const FIRST_BLOCK = Uint8Array.of(1);

/** Without a plugin: broken envelopes are told, sound ones are not attempted. */
const NOTHING_UNWRAPPED: DataKeys = {
  unwrapV1: () => "not-known",
  unwrapV2: () => "not-known",
  currentKey: () => undefined,
};

/** A KMS provider. */
export function kmsOpener(provider: KmsProvider, dataKeys = NOTHING_UNWRAPPED): ValueOpener {
  const open = provider.kind === "kms-v1" ? openV1 : openV2;
  return { open: (bytes, offset, end, etcdKey) => open(provider, dataKeys, bytes, offset, end, etcdKey) };
}

/**
 * KMS v1: length u16, big-endian | wrapped DEK | data under the DEK, by AES-GCM since v1.25 and by AES-CBC before; what
 * CBC reads is stale (apiserver encrypt/envelope/envelope.go; encryptionconfig/config.go: unionTransformers).
 */
function openV1(
  provider: KmsProvider,
  dataKeys: DataKeys,
  bytes: Uint8Array,
  offset: number,
  end: number,
  etcdKey: Uint8Array,
): Opening {
  if (end - offset < LENGTH) return "envelope";
  const wrappedLength = ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
  const data = offset + LENGTH + wrappedLength;
  if (data > end) return "envelope";
  const dek = dataKeys.unwrapV1(provider, bytes.subarray(offset + LENGTH, data));
  if (dek === "not-known") return "not-attempted";
  if (dek === "refused" || !AES_KEY_LENGTHS.includes(dek.length)) return "unwrap-refused";
  const key = keyObjectOf(dek);
  const byGcm = openGcm(key, bytes, data, end, etcdKey);
  if (byGcm === "verified") return byGcm;
  const byCbc = openCbc(`aes-${dek.length * 8}-cbc`, key, bytes, data, end);
  if (byCbc === "plausible") return "plausible-stale";
  if (byCbc === "content") return byCbc;
  return byGcm === "authentication" ? byGcm : byCbc;
}

/**
 * KMS v2: an EncryptedObject whose data is AES-GCM under the unwrapped key, or under a key that HKDF-Expand makes of the
 * unwrapped seed for this value (apiserver encrypt/envelope/kmsv2/envelope.go, encrypt/aes/aes_extended_nonce.go).
 */
function openV2(
  provider: KmsProvider,
  dataKeys: DataKeys,
  bytes: Uint8Array,
  offset: number,
  end: number,
  etcdKey: Uint8Array,
): Opening {
  const body = bytes.subarray(offset, end);
  const object = soundEncryptedObject(body);
  if (object === undefined) return "envelope";
  const dek = dataKeys.unwrapV2(provider, object);
  if (dek === "not-known") return "not-attempted";
  if (dek === "refused") return "unwrap-refused";
  const data = body.subarray(object.dataOffset, object.dataOffset + object.dataLength);
  const dekSourceType = object.dekSourceType === HKDF_SEED ? "seed" : "key";
  const opening =
    dekSourceType === "key"
      ? openGcm(keyObjectOf(dek), data, 0, data.length, etcdKey)
      : openWithSeed(dek, data, etcdKey);
  const current = dataKeys.currentKey(provider);
  if (opening !== "verified" || current === undefined) return opening;
  const isCurrent = object.keyId === current.keyId && dekSourceType === current.dekSourceType;
  return isCurrent ? "verified" : "verified-stale";
}

function openWithSeed(seed: SecretBytes, encryptedData: Uint8Array, etcdKey: Uint8Array) {
  if (encryptedData.length < INFO) return "too-short";
  const info = encryptedData.subarray(0, INFO);
  const derived = seed.expose((bytes) => createHmac("sha256", bytes).update(info).update(FIRST_BLOCK).digest());
  const key = createSecretKey(derived);
  derived.fill(0);
  return openGcm(key, encryptedData, INFO, encryptedData.length, etcdKey);
}
