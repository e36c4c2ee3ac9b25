import type { StoredValue } from "./stored-value.ts";

/** Every kind of finding, in the order of the contract. */
export const FINDING_KINDS = [
  "plaintext-value",
  "plaintext-revision",
  "malformed-ciphertext",
  "unknown-provider",
  "compaction-stalled",
  "defragmentation-due",
  "resource-not-served",
  "no-secrets-stored",
  "unlooked-prefix",
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export const LEVELS = ["error", "warning", "note"] as const;
export type Level = (typeof LEVELS)[number];
/** A level as policy may set it: `off` keeps the finding out of the exit code, never out of the report. */
export type PolicyLevel = Level | "off";

/** The level of each kind when no policy changes it. */
export const DEFAULT_LEVELS: Readonly<Record<FindingKind, Level>> = {
  "plaintext-value": "error",
  "plaintext-revision": "error",
  "malformed-ciphertext": "error",
  "unknown-provider": "error",
  "compaction-stalled": "warning",
  "defragmentation-due": "note",
  "resource-not-served": "note",
  "no-secrets-stored": "note",
  "unlooked-prefix": "warning",
};

/** What one finding is about: a stored value, or a source as a whole. */
export type FindingSubject =
  | { readonly kind: "value"; readonly value: StoredValue }
  | { readonly kind: "source"; readonly detail: SourceDetail };

/** Facts of findings that are about no single value. Revisions are numbers, sizes are bytes. */
export type SourceDetail =
  | { readonly kind: "compaction-stalled"; readonly revision: number; readonly compactRevision: number }
  | { readonly kind: "defragmentation-due"; readonly freeBytes: number }
  | { readonly kind: "no-secrets-stored" }
  | {
      readonly kind: "unlooked-prefix";
      readonly prefix: string;
      readonly keys: number;
      readonly exampleKey: Uint8Array;
    };

/** A finding as data; its words are the report's affair. */
export interface Finding {
  readonly kind: FindingKind;
  readonly level: PolicyLevel;
  /** Index into the result's sources. */
  readonly source: number;
  readonly subject: FindingSubject;
}
