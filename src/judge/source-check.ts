import type { FindingKind, SourceDetail } from "../model/finding.ts";
import type { KeyReference } from "../model/key-reference.ts";
import type { SourceFacts } from "../model/source-facts.ts";

/** How often writes of one resource changed between two keys. */
export type KeyAlternation = Omit<Extract<SourceDetail, { kind: "writers-disagree" }>, "kind">;

/** How often one key has written. */
export interface WriteBudget {
  readonly key: KeyReference;
  /** Writes that were seen, or that versions of objects tell of. */
  readonly atLeast: number;
  /** Revisions of the store since the first write under it that was seen. */
  readonly atMost: number;
  /** Writes of all kinds to the objects that lie under it now. */
  readonly versions: number;
}

/** What a check of a whole source may know. */
export interface SourceOverview {
  readonly facts: SourceFacts;
  /** Stored records, tombstones left out, of all resources under the prefixes. */
  readonly recordsUnderPrefixes: number;
  /** Those of secrets. */
  readonly secretRecords: number;
  /** Those of `compact_rev_key`, which kube-apiserver writes to agree on compactions. */
  readonly compactRevisionKeyRecords: number;
  /** Superseded revisions that are still stored, of values in scope. */
  readonly supersededRevisions: number;
  /** Of audited resources, most changes first for each. */
  readonly alternations: readonly KeyAlternation[];
  /** Of keys whose writes must be counted. */
  readonly budgets: readonly WriteBudget[];
  readonly unlooked: readonly { readonly prefix: string; readonly keys: number; readonly exampleKey: Uint8Array }[];
}

/** One kind of finding about a source as a whole. */
export interface SourceCheck {
  readonly kind: FindingKind;
  examine(overview: SourceOverview): readonly SourceDetail[];
}
