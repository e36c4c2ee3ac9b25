import type { FindingKind, SourceDetail } from "../model/finding.ts";
import type { SourceFacts } from "../model/source-facts.ts";

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
  readonly unlooked: readonly { readonly prefix: string; readonly keys: number; readonly exampleKey: Uint8Array }[];
}

/** One kind of finding about a source as a whole. */
export interface SourceCheck {
  readonly kind: FindingKind;
  examine(overview: SourceOverview): readonly SourceDetail[];
}
