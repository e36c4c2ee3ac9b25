/**
 * What the bytes of a stored value say of its protection. The words are those of the EncryptionConfiguration API
 * (k8s.io/apiserver pkg/apis/apiserver/v1) and of the transformer prefixes of its storage layer.
 */

export const STATES = ["plaintext", "encrypted", "malformed", "unknown"] as const;
/** `malformed`: a known provider's prefix on bytes it can't have written. `unknown`: `k8s:enc:` of no known provider. */
export type State = (typeof STATES)[number];

export const PROVIDERS = ["identity", "aescbc", "aesgcm", "secretbox", "kms-v1", "kms-v2"] as const;
export type Provider = (typeof PROVIDERS)[number];

const ENCODINGS = ["protobuf", "json", "cbor", "empty", "unrecognized"] as const;
/** How a plaintext value is serialized, by its first bytes. */
export type Encoding = (typeof ENCODINGS)[number];

/** Why a value with a known provider's prefix can't have been written by that provider. */
export type Malformation =
  | "no-key-name-end"
  | "empty-key-name"
  | "body-too-short"
  | "body-not-in-blocks"
  | "no-wrapped-dek"
  | "wrapped-dek-cut"
  | "not-an-encrypted-object";

/** Values that share provider, key and form share one class; a scan sees a handful of them. */
export interface ValueClass {
  readonly state: State;
  readonly provider: Provider | null;
  /** The local key's name or the KMS plugin's. */
  readonly keyName: string | null;
  /** KMS v2's key ID. */
  readonly keyId: string | null;
  /** The version of the remote key, where the wrapped DEK or a known annotation shows it. */
  readonly kekVersion: string | null;
  /** Of plaintext only. */
  readonly encoding: Encoding | null;
  /** Of malformed values only. */
  readonly malformation: Malformation | null;
}
