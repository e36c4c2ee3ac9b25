import type { AlikeFindings } from "../../src/model/alike-findings.ts";
import type { AuditResult, StateCounts } from "../../src/model/audit-result.ts";
import { type Finding, type FindingKind, LEVELS } from "../../src/model/finding.ts";
import { AREAS, areaOf, LOCATIONS } from "../../src/model/location.ts";
import type { InventoryRow, StoredValue } from "../../src/model/stored-value.ts";
import { STATES } from "../../src/model/value-class.ts";

/** The findings that each listed value must give, by the words of the contract; only of audited resources. */
function kindOf({ valueClass: { state }, location }: InventoryRow): FindingKind | null {
  switch (state) {
    case "plaintext":
      return location === "head" ? "plaintext-value" : "plaintext-revision";
    case "malformed":
      return "malformed-ciphertext";
    case "unknown":
      return "unknown-provider";
    case "encrypted":
      return null;
  }
}

function statesOf(rows: readonly InventoryRow[]): StateCounts {
  const count = (state: string) => rows.filter((row) => row.valueClass.state === state).length;
  const counts = Object.fromEntries(STATES.map((state) => [state, count(state)]));
  return { ...(counts as Record<(typeof STATES)[number], number>), total: rows.length };
}

/** The summary of a result, counted anew from the values that it lists, one by one. */
export function recountOf(result: AuditResult, rows: readonly InventoryRow[]): unknown {
  const kinds = rows.filter(({ resource }) => result.resources.includes(resource)).flatMap((row) => kindOf(row) ?? []);
  const resources = [...new Set([...result.resources, ...rows.map(({ resource }) => resource)])].sort();
  return {
    areas: Object.fromEntries(
      AREAS.map((area) => [area, statesOf(rows.filter(({ location }) => areaOf(location) === area))]),
    ),
    keys: usesOf(rows),
    resources: resources.map((resource) => ({
      resource,
      audited: result.resources.includes(resource),
      counts: statesOf(rows.filter((row) => row.resource === resource && row.location === "head")),
    })),
    valueFindings: Object.fromEntries([...new Set(kinds)].sort().map((kind) => [kind, countOf(kinds, kind)])),
  };
}

/** Kinds for which more than the value itself must be known. */
const ASKS_MORE: ReadonlySet<FindingKind> = new Set(["resource-not-served", "nonce-reuse", "stale-kms-key"]);

/** The same things, as the result's summary and findings tell them. */
export function summedUp({ summary, findings }: AuditResult): unknown {
  const kinds = [...findings()].flatMap(({ kind, subject }) =>
    // What more than one value must be known for is no recount of values one by one.
    subject.kind === "value" && !ASKS_MORE.has(kind) ? [kind] : [],
  );
  return {
    areas: summary.areas,
    keys: summary.keys
      .map(({ valueClass, counts, firstWrite, lastWrite }) =>
        JSON.stringify([valueClass, AREAS.map((area) => counts[area]), firstWrite, lastWrite]),
      )
      .sort(),
    resources: summary.resources.map(({ resource, audited, counts }) => ({ resource, audited, counts })),
    valueFindings: Object.fromEntries([...new Set(kinds)].sort().map((kind) => [kind, countOf(kinds, kind)])),
  };
}

function usesOf(rows: readonly InventoryRow[]): readonly string[] {
  const byClass = new Map<string, InventoryRow[]>();
  for (const row of rows) {
    const text = JSON.stringify(row.valueClass);
    byClass.set(text, [...(byClass.get(text) ?? []), row]);
  }
  return [...byClass.values()]
    .map((ofClass) => {
      const counts = AREAS.map((area) => ofClass.filter(({ location }) => areaOf(location) === area).length);
      const revisions = ofClass.map(({ modRevision }) => modRevision);
      const first = revisions.reduce((a, b) => Math.min(a, b));
      const last = revisions.reduce((a, b) => Math.max(a, b));
      return JSON.stringify([ofClass[0]?.valueClass, counts, first, last]);
    })
    .sort();
}

function countOf(kinds: readonly FindingKind[], kind: FindingKind): number {
  return kinds.filter((other) => other === kind).length;
}

/** Findings by kind and by level, counted one by one. */
export function findingCounts(result: AuditResult): {
  byKind: Record<string, number>;
  byLevel: Record<string, number>;
} {
  const findings = [...result.findings()];
  const kinds = findings.map(({ kind }) => kind);
  return {
    byKind: Object.fromEntries([...new Set(kinds)].map((kind) => [kind, countOf(kinds, kind)])),
    byLevel: Object.fromEntries(LEVELS.map((each) => [each, findings.filter(({ level }) => level === each).length])),
  };
}

/** Findings that differ in nothing but their keys, revisions and places, gathered one by one. */
export function gathered(findings: Iterable<Finding>): readonly AlikeFindings[] {
  const all = new Map<string, { first: Finding; count: number }>();
  for (const first of findings) {
    const { kind, level, source, subject } = first;
    const shared = subject.kind === "value" ? sharedOf(subject.value) : subject;
    const text = JSON.stringify([kind, level, source, shared]);
    const alike = all.get(text);
    if (alike === undefined) all.set(text, { first, count: 1 });
    else alike.count++;
  }
  return [...all.values()];
}

function sharedOf({ resource, location, valueClass, standing }: StoredValue): unknown {
  return { resource, location, valueClass, standing };
}

/** Compares two values by the order of reports: key bytes, modRevision, location. */
export function byReportOrder(a: StoredValue, b: StoredValue): number {
  return (
    Buffer.compare(a.key, b.key) ||
    a.modRevision - b.modRevision ||
    LOCATIONS.indexOf(a.location) - LOCATIONS.indexOf(b.location)
  );
}
