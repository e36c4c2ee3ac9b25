import type { AuditResult, KeyUse, Looked, Policy, StateCounts, Summary } from "../model/audit-result.ts";
import type { ClusterFacts } from "../model/cluster-facts.ts";
import type { ConfigurationFacts } from "../model/configuration-facts.ts";
import { FINDING_KINDS, type FindingKind } from "../model/finding.ts";
import type { Rotation } from "../model/rotation.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import { PROVIDERS } from "../model/value-class.ts";
import { countOf } from "./numbers.ts";
import type { Report, ReportCluster, ReportHead, ReportSource, ReportSummary } from "./schema.ts";

/** All of a JSON report that stands before its findings, fields in the contract's order. */
export function reportHead(result: AuditResult): ReportHead {
  const { clusters } = result;
  return {
    schemaVersion: "1.0",
    tool: { name: result.tool.name, version: result.tool.version },
    cluster: result.cluster,
    command: result.command,
    startedAt: result.startedAt.toISOString(),
    finishedAt: result.finishedAt.toISOString(),
    sources: result.sources.map(reportSource),
    prefixes: [...result.prefixes],
    resources: [...result.resources],
    namespaces: [...result.namespaces],
    configs: result.configs.map(reportConfig),
    looked: reportLooked(result.looked),
    policy: reportPolicy(result.policy),
    exitCode: result.exitCode,
    verdict: result.verdict,
    summary: reportSummary(result.summary),
    ...(clusters === undefined ? {} : { clusters: clusters.map(reportCluster) }),
    ...(result.rotation === null ? {} : { rotation: reportRotation(result.rotation) }),
  };
}

/** Why a source was not seen whole, one line each; the last line counts the reasons that were too many to keep. */
export function incompleteReasonLines(source: SourceFacts): string[] {
  const lines = source.incompleteReasons.map((reason) => reason.message);
  const further = source.furtherIncompleteReasons;
  return further === 0 ? lines : [...lines, `and ${countOf(further, "further reason")} of this kind, not listed`];
}

function reportSource(source: SourceFacts): ReportSource {
  const incompleteReasons = incompleteReasonLines(source);
  return {
    kind: source.kind,
    endpoints: source.endpoints === null ? null : [...source.endpoints],
    path: source.path,
    sha256: source.sha256,
    contentSha256: source.contentSha256,
    clusterId: source.clusterId,
    etcdVersion: source.etcdVersion,
    revision: source.revision,
    compactRevision: source.compactRevision,
    dbSize: source.dbSize,
    dbSizeInUse: source.dbSizeInUse,
    complete: incompleteReasons.length === 0,
    incompleteReasons,
  };
}

function reportConfig({ path, sha256, kind, resources }: ConfigurationFacts): Report["configs"][number] {
  return {
    path,
    sha256,
    kind,
    resources: resources.map(({ resource, writeKey, readKeys }) => ({ resource, writeKey, readKeys: [...readKeys] })),
  };
}

function reportPolicy({ failOn, levels, baseline }: Policy): Report["policy"] {
  return {
    failOn,
    levels: inKindOrder(levels),
    baselineSha256: baseline?.sha256 ?? null,
    ...(baseline === undefined ? {} : { findingsInBaseline: baseline.findingsInBaseline }),
  };
}

function reportSummary(summary: Summary): ReportSummary {
  const { head, history, residue, wal } = summary.areas;
  const { error, warning, note } = summary.findings.byLevel;
  return {
    head: states(head),
    history: states(history),
    residue: states(residue),
    wal: states(wal),
    byKey: mergeByKey(summary.keys),
    byResource: summary.resources.map(({ resource, audited, counts }) => ({ resource, audited, ...states(counts) })),
    findings: { error, warning, note, byKind: inKindOrder(summary.findings.byKind) },
  };
}

function reportLooked({ head, history, freePages, tail, wal, configuration, kmsCurrent, decrypted }: Looked) {
  const { verified, plausible, notVerifiable } = decrypted;
  return {
    head,
    history,
    freePages,
    tail,
    wal,
    configuration,
    kmsCurrent,
    decrypted: { verified, plausible, notVerifiable },
  };
}

function reportRotation({ question, removeFromConfig, destroyKey, ledger }: Rotation): NonNullable<Report["rotation"]> {
  return {
    ...(question.kind === "retire" ? { retire: question.key } : { next: question.path }),
    removeFromConfig,
    destroyKey,
    ledger: ledger.map(({ key, source, counts: { head, history, residue, wal } }) => ({
      key,
      source,
      head,
      history,
      residue,
      wal,
    })),
  };
}

function reportCluster(facts: ClusterFacts): ReportCluster {
  const { cluster, path, exitCode, verdict } = facts;
  if (facts.kind === "unreadable") return { ...UNREADABLE, cluster, path, error: facts.error, exitCode, verdict };
  return {
    cluster,
    path,
    sha256: facts.sha256,
    error: null,
    exitCode,
    verdict,
    command: facts.command,
    startedAt: facts.startedAt.toISOString(),
    finishedAt: facts.finishedAt.toISOString(),
    sources: [...facts.sources],
    prefixes: [...facts.prefixes],
    resources: [...facts.resources],
    namespaces: [...facts.namespaces],
    looked: reportLooked(facts.looked),
    policy: reportPolicy(facts.policy),
    summary: reportSummary(facts.summary),
  };
}

const UNREADABLE = {
  cluster: null,
  path: "",
  sha256: null,
  error: null,
  exitCode: 0,
  verdict: "incomplete",
  command: null,
  startedAt: null,
  finishedAt: null,
  sources: null,
  prefixes: null,
  resources: null,
  looked: null,
  policy: null,
  summary: null,
} as const satisfies ReportCluster;

function states({ total, plaintext, encrypted, malformed, unknown }: StateCounts): ReportSummary["head"] {
  return { total, plaintext, encrypted, malformed, unknown };
}

type ByKey = ReportSummary["byKey"][number];

/**
 * The values of each key, classes that differ only in state, encoding or malformation taken together:
 * a malformed value counts with the key that its prefix names. Sorted by provider, then name, ID and version.
 */
export function mergeByKey(keys: readonly KeyUse[]): ByKey[] {
  const merged = new Map<string, ByKey>();
  for (const { valueClass, counts, firstWrite, lastWrite } of keys) {
    const { provider, keyName, keyId, kekVersion } = valueClass;
    const id = JSON.stringify([provider, keyName, keyId, kekVersion]);
    const before = merged.get(id);
    merged.set(id, {
      provider,
      keyName,
      keyId,
      kekVersion,
      head: (before?.head ?? 0) + counts.head,
      history: (before?.history ?? 0) + counts.history,
      residue: (before?.residue ?? 0) + counts.residue,
      wal: (before?.wal ?? 0) + counts.wal,
      firstWrite: extreme(Math.min, before?.firstWrite ?? null, firstWrite),
      lastWrite: extreme(Math.max, before?.lastWrite ?? null, lastWrite),
    });
  }
  return [...merged.values()].sort(compareKeys);
}

function extreme(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : choose(a, b);
}

function compareKeys(a: ByKey, b: ByKey): number {
  return (
    providerRank(a) - providerRank(b) ||
    compareText(a.keyName, b.keyName) ||
    compareText(a.keyId, b.keyId) ||
    compareText(a.kekVersion, b.kekVersion)
  );
}

function providerRank({ provider }: ByKey): number {
  return provider === null ? PROVIDERS.length : PROVIDERS.indexOf(provider);
}

function compareText(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || (b !== null && a < b)) return -1;
  return 1;
}

/** Whatever order a map was filled in, a report lists kinds in the contract's. */
function inKindOrder<Value>(byKind: ReadonlyMap<FindingKind, Value>): Partial<Record<FindingKind, Value>> {
  const ordered: Partial<Record<FindingKind, Value>> = {};
  for (const kind of FINDING_KINDS) {
    const value = byKind.get(kind);
    if (value !== undefined) ordered[kind] = value;
  }
  return ordered;
}
