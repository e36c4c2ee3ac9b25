import type { KeyIdentity, KeyReference } from "./key-reference.ts";
import type { StoredValue } from "./stored-value.ts";

/** Every kind of finding, in the order of the contract. */
export const FINDING_KINDS = [
  "plaintext-value",
  "plaintext-revision",
  "plaintext-residue",
  "residue-unattributed",
  "stale-key",
  "stale-kms-key",
  "writers-disagree",
  "retired-key-in-use",
  "unreadable-after",
  "unreadable-value",
  "decryption-failed",
  "malformed-ciphertext",
  "unknown-provider",
  "nonce-reuse",
  "write-budget",
  "compaction-stalled",
  "defragmentation-due",
  "members-differ",
  "resource-not-served",
  "no-secrets-stored",
  "unlooked-prefix",
  "config-refused",
  "config-identity-first",
  "config-published-key",
  "config-secrets-not-covered",
  "config-servers-differ",
  "config-weak-key",
  "config-duplicate-key-name",
  "config-repeated-key",
  "config-unreachable-provider",
  "config-kms-v1",
  "config-aesgcm-rotation",
  "config-file-mode",
  "config-legacy-kind",
  "config-resource-not-covered",
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** The heaviest first. */
export const LEVELS = ["error", "warning", "note"] as const;
export type Level = (typeof LEVELS)[number];
/** Levels as policy may set them: `off` keeps the finding out of the exit code, never out of the report. */
export const POLICY_LEVELS = [...LEVELS, "off"] as const;
export type PolicyLevel = (typeof POLICY_LEVELS)[number];

/** The level of each kind when no policy changes it. */
export const DEFAULT_LEVELS: Readonly<Record<FindingKind, Level>> = {
  "plaintext-value": "error",
  "plaintext-revision": "error",
  "plaintext-residue": "error",
  "residue-unattributed": "note",
  "stale-key": "error",
  "stale-kms-key": "error",
  "writers-disagree": "warning",
  "retired-key-in-use": "error",
  "unreadable-after": "error",
  "unreadable-value": "error",
  "decryption-failed": "error",
  "malformed-ciphertext": "error",
  "unknown-provider": "error",
  "nonce-reuse": "error",
  "write-budget": "warning",
  "compaction-stalled": "warning",
  "defragmentation-due": "note",
  "members-differ": "error",
  "resource-not-served": "note",
  "no-secrets-stored": "note",
  "unlooked-prefix": "warning",
  "config-refused": "error",
  "config-identity-first": "error",
  "config-published-key": "error",
  "config-secrets-not-covered": "error",
  "config-servers-differ": "error",
  "config-weak-key": "warning",
  "config-duplicate-key-name": "warning",
  "config-repeated-key": "warning",
  "config-unreachable-provider": "warning",
  "config-kms-v1": "warning",
  "config-aesgcm-rotation": "warning",
  "config-file-mode": "warning",
  "config-legacy-kind": "warning",
  "config-resource-not-covered": "note",
};

/** What one finding is about: a stored value, a source as a whole, or a place in a configuration. */
export type FindingSubject =
  | { readonly kind: "value"; readonly value: StoredValue }
  | { readonly kind: "source"; readonly detail: SourceDetail }
  | { readonly kind: "configuration"; readonly detail: ConfigurationDetail }
  /** About a source of another report as a whole: its facts stand in the words that were written then. */
  | { readonly kind: "report"; readonly resource: string | null; readonly key: KeyReference | null };

/** Facts of findings that are about no single value. Revisions are numbers, sizes are bytes. */
export type SourceDetail =
  | { readonly kind: "compaction-stalled"; readonly revision: number; readonly compactRevision: number }
  | { readonly kind: "defragmentation-due"; readonly freeBytes: number }
  | { readonly kind: "residue-unattributed"; readonly bytes: number }
  | { readonly kind: "members-differ"; readonly endpoints: readonly string[] }
  | {
      /** Writes of one resource went to and fro between two keys. */
      readonly kind: "writers-disagree";
      readonly resource: string;
      readonly keys: readonly [KeyIdentity, KeyIdentity];
      /** How often, in the order of revisions. */
      readonly changes: number;
      /** Revisions of the first and the last write after a change. */
      readonly firstChange: number;
      readonly lastChange: number;
    }
  | {
      readonly kind: "write-budget";
      readonly key: KeyReference;
      /** Writes under the key that were seen or that versions tell of. */
      readonly atLeast: number;
      /** Revisions since the first write under it that is still stored. */
      readonly atMost: number;
    }
  | { readonly kind: "no-secrets-stored" }
  | {
      readonly kind: "unlooked-prefix";
      readonly prefix: string;
      readonly keys: number;
      readonly exampleKey: Uint8Array;
    };

/**
 * A place in an EncryptionConfiguration and what is wrong there. Worded by the stage that reads the file, which alone
 * knows what of it may be shown: a key can stand anywhere in a broken file.
 */
export interface ConfigurationDetail {
  /** The file's path as it was given. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The resource or wildcard that it is about; null where it is about no single one. */
  readonly resource: string | null;
  /** The key that it is about, by its names; null where it is about no single one. */
  readonly key: KeyReference | null;
  /** Tells it from the other findings of its kind in its file, whatever line they stand in. */
  readonly identity: string;
  /** What was found, as one sentence without a full stop. */
  readonly message: string;
  /** What to write instead, likewise. */
  readonly remedy: string;
}

/** A finding as data; its words are the report's affair. */
export interface Finding {
  readonly kind: FindingKind;
  readonly level: PolicyLevel;
  /** Index into the result's sources; null where the finding is about none of them. */
  readonly source: number | null;
  readonly subject: FindingSubject;
  /** Of a finding that was read from a report. */
  readonly written?: WrittenFinding;
}

/** What a report says of a finding and its facts alone would not give again. */
export interface WrittenFinding {
  readonly fingerprint: string;
  readonly message: string;
  /** Empty for none. */
  readonly remediation: string;
  /** Index into the result's clusters. */
  readonly cluster: number;
}
