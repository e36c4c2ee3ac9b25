import type { AuditResult } from "../model/audit-result.ts";
import { FINDING_KINDS, type Finding, type FindingKind, type PolicyLevel } from "../model/finding.ts";

/** The findings of one kind: how many of each level, and the first few. */
export interface KindDigest {
  readonly kind: FindingKind;
  readonly count: number;
  readonly byLevel: ReadonlyMap<PolicyLevel, number>;
  readonly first: readonly Finding[];
}

interface Gathered {
  count: number;
  readonly byLevel: Map<PolicyLevel, number>;
  readonly first: Finding[];
}

/**
 * Reads all findings once and keeps of every kind the counts and the first few, however many there are.
 * @returns the kinds of which there is a finding, in the order of the contract
 */
export function digestByKind(result: AuditResult, firstFew: number): readonly KindDigest[] {
  const byKind = new Map<FindingKind, Gathered>();
  for (const finding of result.findings()) {
    let gathered = byKind.get(finding.kind);
    if (gathered === undefined) {
      gathered = { count: 0, byLevel: new Map(), first: [] };
      byKind.set(finding.kind, gathered);
    }
    gathered.count++;
    gathered.byLevel.set(finding.level, (gathered.byLevel.get(finding.level) ?? 0) + 1);
    if (gathered.first.length < firstFew) gathered.first.push(finding);
  }
  return FINDING_KINDS.flatMap((kind) => {
    const gathered = byKind.get(kind);
    return gathered === undefined ? [] : [{ kind, ...gathered }];
  });
}
