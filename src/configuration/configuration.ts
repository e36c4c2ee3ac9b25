import type { KeyReference } from "../model/key-reference.ts";
import type { SecretBytes } from "./secret-bytes.ts";

/** The kind of `apiserver.config.k8s.io/v1`, and the one of `v1` that old documentation shows. */
export type ConfigurationKind = "EncryptionConfiguration" | "EncryptionConfig";

/** One EncryptionConfiguration as the API server reads it. Lines count from 1. */
export interface Configuration {
  readonly path: string;
  /** Lower-case hex SHA-256 of the file's bytes. */
  readonly sha256: string;
  readonly kind: ConfigurationKind;
  readonly kindLine: number;
  /** The line of the top field `resources`. */
  readonly resourcesLine: number;
  /** In the order of their first mention. */
  readonly rules: readonly ResourceRule[];
}

/** What a name or wildcard is stored with: all blocks that name it, joined in the order of the file. */
export interface ResourceRule {
  /** `resource`, `resource.group`, `*.` (core group), `*.group` or `*.*`. */
  readonly resource: string;
  /** The line of its first mention. */
  readonly line: number;
  /** Never empty. The first one writes; all are tried in this order when reading. */
  readonly providers: readonly ConfiguredProvider[];
}

/** One element of `providers`. The same object stands in every rule of its block. */
export type ConfiguredProvider = LocalProvider | KmsProvider | IdentityProvider;

/** A provider whose keys stand in the file. */
export interface LocalProvider {
  readonly kind: "aescbc" | "aesgcm" | "secretbox";
  readonly line: number;
  /** Never empty. The first one writes. */
  readonly keys: readonly LocalKey[];
}

export interface LocalKey {
  readonly name: string;
  readonly secret: SecretBytes;
  /** The line of the key's name. */
  readonly line: number;
  /** The line of its secret. */
  readonly secretLine: number;
}

/** A provider that has its data keys wrapped by a plugin. */
export interface KmsProvider {
  readonly kind: "kms-v1" | "kms-v2";
  readonly line: number;
  readonly name: string;
  readonly endpoint: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Data keys held in memory by KMS v1, negative for no limit; null for KMS v2. */
  readonly cacheSize: number | null;
}

/** Stores as it is, and reads whatever does not begin with `k8s:enc:`. */
interface IdentityProvider {
  readonly kind: "identity";
  readonly line: number;
}

/** The keys of one provider in the order in which they are tried. */
export function keysOf(provider: ConfiguredProvider): readonly KeyReference[] {
  switch (provider.kind) {
    case "identity":
      return [{ provider: "identity", name: null }];
    case "kms-v1":
    case "kms-v2":
      return [{ provider: provider.kind, name: provider.name }];
    case "aescbc":
    case "aesgcm":
    case "secretbox":
      return provider.keys.map(({ name }) => ({ provider: provider.kind, name }));
  }
}
