import type { ReportFinding } from "./schema.ts";

/** What each kind of finding is, as a title; every kind of the contract has one. */
export const KIND_TITLES: Readonly<Record<ReportFinding["kind"], string>> = {
  "plaintext-value": "A live value of an audited resource is not encrypted",
  "plaintext-revision": "A superseded revision of an audited resource is not encrypted",
  "plaintext-residue": "Plaintext lies where the store no longer uses it",
  "residue-unattributed": "Freed bytes of which no key can be told",
  "stale-key": "A value is not under the write key",
  "stale-kms-key": "A value is under an older KMS key than the one in force",
  "writers-disagree": "API servers write with different keys",
  "retired-key-in-use": "A value needs the key that is to be retired",
  "unreadable-after": "A value can't be read under the next configuration",
  "unreadable-value": "No provider or key in force can read a value",
  "decryption-failed": "A value does not decrypt under the key that it names",
  "malformed-ciphertext": "A value names a provider that can't have written it",
  "unknown-provider": "A value names a provider that no Kubernetes release has",
  "nonce-reuse": "Two ciphertexts share key and nonce",
  "write-budget": "An aesgcm key is near or past its number of writes",
  "compaction-stalled": "Nothing moves the compact revision",
  "defragmentation-due": "Freed space may hold old values",
  "members-differ": "Members of one cluster store different things",
  "resource-not-served": "A value of a custom resource whose definition is gone",
  "no-secrets-stored": "No secret is stored under the prefixes looked at",
  "unlooked-prefix": "Kubernetes keys lie outside the prefixes looked at",
  "config-refused": "The API server refuses the configuration",
  "config-identity-first": "A rule would store secrets unencrypted",
  "config-published-key": "A key is printed in documentation",
  "config-secrets-not-covered": "No rule names secrets",
  "config-servers-differ": "The configurations of the API servers differ",
  "config-weak-key": "A key is weak",
  "config-duplicate-key-name": "A key stands under a name that is taken",
  "config-repeated-key": "A key stands under more than one name",
  "config-unreachable-provider": "A provider, key or rule is never used",
  "config-kms-v1": "KMS v1 is deprecated",
  "config-aesgcm-rotation": "An aesgcm key must be rotated often",
  "config-file-mode": "A configuration can be read by others than its owner",
  "config-legacy-kind": "A configuration is of the old kind EncryptionConfig",
  "config-resource-not-covered": "A resource that often holds credentials is not encrypted",
};

/** The page on a kind of finding, by its path in the package. */
export function kindPage(kind: ReportFinding["kind"]): string {
  return `docs/findings/${kind}.md`;
}
