import type { KeyUse, ResourceUse, StateCounts, Summary } from "../model/audit-result.ts";
import { FINDING_KINDS, type FindingKind, LEVELS } from "../model/finding.ts";
import { AREAS, type Area } from "../model/location.ts";
import { STATES, type ValueClass } from "../model/value-class.ts";
import { classText, compareText, countStates, earlier, later } from "./counts.ts";

/**
 * The counts of several sources together. What is no sum, namespaces and the picture of writes, is that of the first.
 * @param summaries of one classifier, the first of them for those
 */
export function mergeSummaries(first: Summary, others: readonly Summary[]): Summary {
  const summaries = [first, ...others];
  return {
    areas: {
      head: sumOfArea(summaries, "head"),
      history: sumOfArea(summaries, "history"),
      residue: sumOfArea(summaries, "residue"),
      wal: sumOfArea(summaries, "wal"),
    },
    keys: mergeKeys(summaries.flatMap(({ keys }) => keys)),
    resources: mergeResources(summaries.flatMap(({ resources }) => resources)),
    namespaces: first.namespaces,
    findings: mergeFindings(summaries),
    history: {
      aboveCompactRevision: summaries.reduce((sum, { history }) => sum + history.aboveCompactRevision, 0),
      belowCompactRevision: summaries.reduce((sum, { history }) => sum + history.belowCompactRevision, 0),
    },
  };
}

function mergeFindings(summaries: readonly Summary[]): Summary["findings"] {
  const byLevel = { error: 0, warning: 0, note: 0 };
  const byKind = new Map<FindingKind, number>();
  for (const { findings } of summaries) {
    for (const level of LEVELS) byLevel[level] += findings.byLevel[level];
    for (const [kind, count] of findings.byKind) byKind.set(kind, (byKind.get(kind) ?? 0) + count);
  }
  const inOrder = FINDING_KINDS.flatMap((kind) => {
    const count = byKind.get(kind);
    return count === undefined ? [] : [[kind, count] as const];
  });
  return { byLevel, byKind: new Map(inOrder) };
}

function sumOfArea(summaries: readonly Summary[], area: Area): StateCounts {
  const sum = { total: 0, plaintext: 0, encrypted: 0, malformed: 0, unknown: 0 };
  for (const { areas } of summaries) {
    sum.total += areas[area].total;
    for (const state of STATES) sum[state] += areas[area][state];
  }
  return sum;
}

function mergeKeys(uses: readonly KeyUse[]): readonly KeyUse[] {
  const merged = new Map<string, KeyUse>();
  for (const use of uses) {
    const text = classText(use.valueClass);
    const before = merged.get(text);
    if (before === undefined) {
      merged.set(text, use);
      continue;
    }
    const counts = { ...before.counts };
    for (const area of AREAS) counts[area] += use.counts[area];
    const firstWrite = earlier(before.firstWrite, use.firstWrite);
    merged.set(text, { ...before, counts, firstWrite, lastWrite: later(before.lastWrite, use.lastWrite) });
  }
  return [...merged].sort(([a], [b]) => compareText(a, b)).map(([, use]) => use);
}

function mergeResources(uses: readonly ResourceUse[]): readonly ResourceUse[] {
  const merged = new Map<
    string,
    { audited: boolean; classes: Map<string, { valueClass: ValueClass; count: number }> }
  >();
  for (const { resource, audited, classes } of uses) {
    const before = merged.get(resource) ?? { audited, classes: new Map() };
    merged.set(resource, before);
    for (const { valueClass, count } of classes) {
      const text = classText(valueClass);
      const same = before.classes.get(text);
      if (same === undefined) before.classes.set(text, { valueClass, count });
      else same.count += count;
    }
  }
  return [...merged]
    .sort(([a], [b]) => compareText(a, b))
    .map(([resource, { audited, classes: byText }]) => {
      const classes = [...byText.values()];
      return { resource, audited, counts: countStates(classes), classes };
    });
}
