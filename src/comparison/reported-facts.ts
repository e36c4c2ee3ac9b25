import type { KeyUse, NamespaceUses, Policy, StateCounts, Summary } from "../model/audit-result.ts";
import { FINDING_KINDS, type FindingKind } from "../model/finding.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import type { ReportHead, ReportSource, ReportSummary } from "../report/schema.ts";

/** What a report says of one of its sources; what it does not say counts as not learned. */
export function reportedSource(source: ReportSource, { looked }: ReportHead): SourceFacts {
  const { kind, sha256, contentSha256, clusterId, etcdVersion, revision, compactRevision, dbSize, dbSizeInUse } =
    source;
  const reasons = source.complete || source.incompleteReasons.length > 0 ? source.incompleteReasons : [NO_REASON];
  return {
    kind,
    endpoints: source.endpoints ?? null,
    path: source.path ?? null,
    sha256,
    contentSha256,
    clusterId,
    etcdVersion,
    revision,
    compactRevision,
    scheduledCompactRevision: null,
    dbSize,
    dbSizeInUse,
    readsHistory: looked.history,
    readsFreePages: looked.freePages,
    readsTail: looked.tail,
    readsWal: looked.wal,
    unattributedBytes: null,
    differingMembers: [],
    looksOutsidePrefixes: false,
    incompleteReasons: reasons.map((message) => ({ code: "told-by-a-report", message })),
    furtherIncompleteReasons: 0,
  };
}

const NO_REASON = "the report does not say why it is incomplete";

/** A report's policy. */
export function reportedPolicy({ failOn, levels, baselineSha256, findingsInBaseline }: ReportHead["policy"]): Policy {
  const baseline =
    baselineSha256 === null ? undefined : { sha256: baselineSha256, findingsInBaseline: findingsInBaseline ?? 0 };
  return { failOn, levels: byKind(levels), ...(baseline === undefined ? {} : { baseline }) };
}

/**
 * A report's counts. The state of the values of a key is no field of it: those of identity are plaintext, those of no
 * provider unknown, all others count as encrypted here, malformed ones among them. On which side of the compact
 * revision superseded ones lie is not told either.
 */
export function reportedSummary(summary: ReportSummary): Summary {
  const { head, history, residue, wal, findings } = summary;
  const { error, warning, note } = findings;
  return {
    areas: { head, history, residue, wal },
    keys: summary.byKey.map(keyUse),
    resources: summary.byResource.map(({ resource, audited, ...counts }) => {
      return { resource, audited, counts: states(counts), classes: [] };
    }),
    namespaces: NOT_BY_NAMESPACE,
    findings: { byLevel: { error, warning, note }, byKind: byKind(findings.byKind) },
    history: { aboveCompactRevision: 0, belowCompactRevision: 0 },
  };
}

/** A report does not count by namespace. */
export const NOT_BY_NAMESPACE: NamespaceUses = {
  listed: [],
  others: { namespaces: null, counts: { total: 0, plaintext: 0, encrypted: 0, malformed: 0, unknown: 0 } },
};

function keyUse(use: ReportSummary["byKey"][number]): KeyUse {
  const { provider, keyName, keyId, kekVersion, head, history, residue, wal, firstWrite, lastWrite } = use;
  const state = provider === null ? "unknown" : provider === "identity" ? "plaintext" : "encrypted";
  return {
    valueClass: { state, provider, keyName, keyId, kekVersion, encoding: null, malformation: null },
    counts: { head, history, residue, wal },
    firstWrite,
    lastWrite,
    writes: null,
  };
}

function states({ total, plaintext, encrypted, malformed, unknown }: StateCounts): StateCounts {
  return { total, plaintext, encrypted, malformed, unknown };
}

function byKind<Value>(record: Partial<Record<string, Value>>): ReadonlyMap<FindingKind, Value> {
  return new Map(
    FINDING_KINDS.flatMap((kind) => {
      const value = record[kind];
      return value === undefined ? [] : [[kind, value] as const];
    }),
  );
}
