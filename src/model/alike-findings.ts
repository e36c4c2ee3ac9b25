import type { Finding, FindingKind } from "./finding.ts";

/** Findings that differ in nothing but their keys, revisions and places. */
export interface AlikeFindings {
  readonly first: Finding;
  readonly count: number;
}

/** Each finding for itself, where nobody tells which are alike. */
export function* eachAlone(findings: Iterable<Finding>): Generator<AlikeFindings, void> {
  for (const first of findings) yield { first, count: 1 };
}

/** The findings of one kind; of all kinds where none is named. */
export function* findingsOfKind(findings: Iterable<Finding>, kind: FindingKind | undefined): Generator<Finding, void> {
  for (const finding of findings) if (kind === undefined || finding.kind === kind) yield finding;
}
