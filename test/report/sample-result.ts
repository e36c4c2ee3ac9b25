import { eachAlone, findingsOfKind } from "../../src/model/alike-findings.ts";
import type {
  AuditResult,
  KeyUse,
  Looked,
  NamespaceUses,
  ResourceUse,
  StateCounts,
} from "../../src/model/audit-result.ts";
import { DEFAULT_LEVELS, type Finding, type FindingKind, type Level } from "../../src/model/finding.ts";
import { AREAS, areaOf, type Location } from "../../src/model/location.ts";
import type { SourceFacts } from "../../src/model/source-facts.ts";
import type { InventoryRow } from "../../src/model/stored-value.ts";
import type { ValueClass } from "../../src/model/value-class.ts";
import { namespaceUses } from "../../src/tally/namespace-uses.ts";
import { WriteRanges } from "../../src/tally/write-ranges.ts";

/** A value class; plaintext protobuf where nothing else is said. */
export function valueClass(fields: Partial<ValueClass> = {}): ValueClass {
  return {
    state: "plaintext",
    provider: "identity",
    keyName: null,
    keyId: null,
    kekVersion: null,
    encoding: fields.state === undefined || fields.state === "plaintext" ? "protobuf" : null,
    malformation: null,
    ...fields,
  };
}

export const IDENTITY = valueClass();
export const IDENTITY_JSON = valueClass({ encoding: "json" });
export const AESCBC = valueClass({ state: "encrypted", provider: "aescbc", keyName: "key1" });
export const KMS_V1 = valueClass({ state: "encrypted", provider: "kms-v1", keyName: "vault", kekVersion: "vault:v3" });
export const KMS_V2 = valueClass({
  state: "encrypted",
  provider: "kms-v2",
  keyName: "aws-encryption-provider",
  keyId: "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
});
export const MALFORMED = valueClass({
  state: "malformed",
  provider: "aescbc",
  keyName: "key1",
  malformation: "body-too-short",
});
export const UNKNOWN = valueClass({ state: "unknown", provider: null });

/** A live plaintext secret `default/NAME` unless told otherwise; its etcd key follows from its names. */
export function value(fields: Partial<InventoryRow> = {}): InventoryRow {
  const { resource = "secrets", namespace = "default", name = "db" } = fields;
  return {
    key: Buffer.from(`/registry/${resource}/${namespace === null ? "" : `${namespace}/`}${name}`),
    resource,
    namespace,
    name,
    modRevision: 1200,
    createRevision: 1100,
    version: 1,
    lease: 0n,
    location: "head",
    file: null,
    offset: null,
    size: 512,
    valueClass: IDENTITY,
    standing: null,
    ...fields,
  };
}

export function source(fields: Partial<SourceFacts> = {}): SourceFacts {
  return {
    kind: "snapshot",
    endpoints: null,
    path: "/backup/etcd-2026-11-20.db",
    sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    contentSha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    clusterId: null,
    etcdVersion: "3.6.0",
    revision: 48211,
    compactRevision: 47900,
    scheduledCompactRevision: null,
    dbSize: 21_495_808,
    dbSizeInUse: 11_730_944,
    incompleteReasons: [],
    readsHistory: true,
    looksOutsidePrefixes: true,
    readsFreePages: false,
    readsTail: false,
    readsWal: false,
    unattributedBytes: null,
    differingMembers: [],
    furtherIncompleteReasons: 0,
    ...fields,
  };
}

export const SNAPSHOT_LOOKED: Looked = {
  head: true,
  history: true,
  freePages: false,
  tail: false,
  wal: false,
  configuration: false,
  kmsCurrent: false,
  decrypted: { verified: 0, plausible: 0, notVerifiable: 0 },
};

/** A finding about a value. */
export function valueFinding(kind: FindingKind, about: InventoryRow): Finding {
  return { kind, level: DEFAULT_LEVELS[kind], source: 0, subject: { kind: "value", value: about } };
}

export interface SampleFields extends Partial<Omit<AuditResult, "findings" | "values">> {
  readonly stored?: readonly InventoryRow[];
  readonly found?: readonly Finding[];
}

/** A sealed result whose counts follow from the values and findings it is made of. */
export function sampleResult({ stored = [], found = [], ...fields }: SampleFields = {}): AuditResult {
  const audited = fields.resources ?? ["secrets"];
  return {
    tool: { name: "etcd-encryption-auditor", version: "0.1.0" },
    cluster: null,
    command: "scan",
    startedAt: new Date("2026-11-22T10:00:00Z"),
    finishedAt: new Date("2026-11-22T10:00:02Z"),
    sources: [source()],
    prefixes: ["/registry"],
    resources: audited,
    namespaces: [],
    configs: [],
    looked: SNAPSHOT_LOOKED,
    policy: { failOn: "error", levels: new Map() },
    exitCode: 1,
    verdict: "fail",
    summary: {
      areas: {
        head: countStates(stored, "head"),
        history: countStates(stored, "history"),
        residue: countStates([], "free-page"),
        wal: countStates([], "wal"),
      },
      keys: keyUses(stored),
      resources: resourceUses(stored, audited),
      namespaces: namespacesOf(stored, audited),
      findings: {
        byLevel: countLevels(found),
        byKind: countKinds(found),
      },
      history: {
        aboveCompactRevision: stored.filter((row) => row.location === "history" && row.modRevision > 47900).length,
        belowCompactRevision: stored.filter((row) => row.location === "history" && row.modRevision <= 47900).length,
      },
    },
    rotation: null,
    findings: (kind) => findingsOfKind(found, kind),
    alike: () => eachAlone(found),
    values: () => stored,
    ...fields,
  };
}

function countStates(stored: readonly InventoryRow[], location: Location): StateCounts {
  const counts = { total: 0, plaintext: 0, encrypted: 0, malformed: 0, unknown: 0 };
  for (const row of stored) {
    if (row.location !== location) continue;
    counts.total++;
    counts[row.valueClass.state]++;
  }
  return counts;
}

function keyUses(stored: readonly InventoryRow[]): KeyUse[] {
  return [...new Set(stored.map((row) => row.valueClass))].map((used) => {
    const rows = stored.filter((row) => row.valueClass === used);
    const counts = Object.fromEntries(
      AREAS.map((area) => [area, rows.filter((row) => areaOf(row.location) === area).length]),
    ) as KeyUse["counts"];
    const revisions = rows.map((row) => row.modRevision);
    const [firstWrite, lastWrite] = [Math.min(...revisions), Math.max(...revisions)];
    return { valueClass: used, counts, firstWrite, lastWrite, writes: writesOf(rows) };
  });
}

function writesOf(rows: readonly InventoryRow[]): KeyUse["writes"] {
  const ranges = new WriteRanges();
  for (const { modRevision, location } of rows)
    ranges.add({ first: modRevision, width: 1, counts: [1] }, location === "head" ? "head" : "history");
  return ranges.histogram();
}

function namespacesOf(stored: readonly InventoryRow[], audited: readonly string[]): NamespaceUses {
  const live = stored.filter(({ location, resource }) => location === "head" && audited.includes(resource));
  const countOf = (namespace: string | null) =>
    countStates(
      live.filter((row) => row.namespace === namespace),
      "head",
    );
  const names = [...new Set(live.flatMap(({ namespace }) => namespace ?? []))];
  const named = names.map((namespace) => ({ namespace, counts: countOf(namespace) }));
  return namespaceUses(named, countOf(null), countStates([], "head"));
}

function resourceUses(stored: readonly InventoryRow[], audited: readonly string[]): ResourceUse[] {
  const live = stored.filter((row) => row.location === "head");
  return [...new Set(live.map((row) => row.resource))].sort().map((resource) => {
    const rows = live.filter((row) => row.resource === resource);
    const classes = [...new Set(rows.map((row) => row.valueClass))].map((used) => ({
      valueClass: used,
      count: rows.filter((row) => row.valueClass === used).length,
    }));
    classes.sort((a, b) => b.count - a.count);
    return { resource, audited: audited.includes(resource), counts: countStates(rows, "head"), classes };
  });
}

function countLevels(found: readonly Finding[]): Record<Level, number> {
  const counts = { error: 0, warning: 0, note: 0 };
  for (const { level } of found) if (level !== "off") counts[level]++;
  return counts;
}

function countKinds(found: readonly Finding[]): Map<FindingKind, number> {
  const counts = new Map<FindingKind, number>();
  for (const { kind } of found) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
