import type { ComparedReport, Difference, LookedWhat } from "../report/comparison.ts";
import type { ReportHead } from "../report/schema.ts";

/** In what two reports differ besides their findings, the gravest first. */
export function differencesBetween(older: ComparedReport, newer: ComparedReport): readonly Difference[] {
  const [a, b] = [older.head, newer.head];
  return [
    ...(b.verdict === "incomplete" ? [{ kind: "newer-incomplete" } as const] : []),
    ...(a.verdict === "incomplete" ? [{ kind: "older-incomplete" } as const] : []),
    ...(older.sha256 === newer.sha256 ? [{ kind: "same-report" } as const] : []),
    ...clusterNames(a, b),
    ...clusterIds(a, b),
    ...sourceKinds(a, b),
    ...revisions(a, b),
    ...lookedSets(a, b),
    ...configurations(a, b),
    ...versions(a, b),
  ];
}

function clusterNames({ cluster: older }: ReportHead, { cluster: newer }: ReportHead): Difference[] {
  return older === null || newer === null || older === newer ? [] : [{ kind: "cluster-names", older, newer }];
}

function clusterIds(a: ReportHead, b: ReportHead): Difference[] {
  const [older, newer] = [a, b].map(({ sources }) => sorted(sources.flatMap(({ clusterId }) => clusterId ?? [])));
  if (older === undefined || newer === undefined || older.length === 0 || newer.length === 0) return [];
  return older.some((id) => newer.includes(id)) ? [] : [{ kind: "cluster-ids", older, newer }];
}

function sourceKinds(a: ReportHead, b: ReportHead): Difference[] {
  const [older, newer] = [a, b].map(({ sources }) => sorted(sources.map(({ kind }) => kind)));
  if (older === undefined || newer === undefined || older.join() === newer.join()) return [];
  return [{ kind: "source-kinds", older, newer }];
}

/** Of one source each: with several it can't be told which is meant. */
function revisions(a: ReportHead, b: ReportHead): Difference[] {
  const [older, newer] = [a, b].map(({ sources }) => (sources.length === 1 ? (sources[0]?.revision ?? null) : null));
  if (older === undefined || newer === undefined || older === null || newer === null || newer >= older) return [];
  return [{ kind: "revision-went-back", older, newer }];
}

function lookedSets(a: ReportHead, b: ReportHead): Difference[] {
  return [
    ...changed("areas", areas(a), areas(b)),
    ...changed("prefixes", a.prefixes, b.prefixes),
    ...changed("resources", a.resources, b.resources),
    ...namespaces(a, b),
    ...changed("reports", clusters(a), clusters(b)),
  ];
}

function areas({ looked }: ReportHead): readonly string[] {
  return AREAS.filter(([field]) => looked[field]).map(([, name]) => name);
}

const AREAS = [
  ["head", "live values"],
  ["history", "superseded revisions"],
  ["freePages", "freed pages"],
  ["tail", "file tail"],
  ["wal", "WAL"],
  ["configuration", "configuration"],
  ["kmsCurrent", "KMS key in force"],
] as const;

/** An empty list means all of them. */
function namespaces(a: ReportHead, b: ReportHead): Difference[] {
  const [older, newer] = [a.namespaces ?? [], b.namespaces ?? []];
  if (older.length === 0 && newer.length === 0) return [];
  const all = ["all others"];
  if (newer.length === 0) return [{ kind: "looked-at-now", what: "namespaces", names: all }];
  if (older.length === 0) return [{ kind: "no-longer-looked-at", what: "namespaces", names: all }];
  return changed("namespaces", older, newer);
}

function clusters({ clusters: list = [] }: ReportHead): readonly string[] {
  return list.filter(({ error }) => error === null).map(({ cluster, path }) => cluster ?? path);
}

function changed(what: LookedWhat, older: readonly string[], newer: readonly string[]): Difference[] {
  const gone = older.filter((name) => !newer.includes(name));
  const added = newer.filter((name) => !older.includes(name));
  return [
    ...(gone.length === 0 ? [] : [{ kind: "no-longer-looked-at", what, names: gone } as const]),
    ...(added.length === 0 ? [] : [{ kind: "looked-at-now", what, names: added } as const]),
  ];
}

function configurations(a: ReportHead, b: ReportHead): Difference[] {
  const [older, newer] = [a, b].map(({ configs }) => sorted(configs.flatMap(({ sha256 }) => sha256 ?? [])));
  if (older === undefined || newer === undefined || older.length === 0 || newer.length === 0) return [];
  return older.join() === newer.join() ? [] : [{ kind: "configurations" }];
}

function versions({ tool: { version: older } }: ReportHead, { tool: { version: newer } }: ReportHead): Difference[] {
  return older === newer ? [] : [{ kind: "versions", older, newer }];
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
