import type { AuditResult, KeyUse, Looked, ResourceUse, StateCounts } from "../../src/model/audit-result.ts";
import { DEFAULT_LEVELS, type Finding, type FindingKind, type Level } from "../../src/model/finding.ts";
import { AREAS, areaOf, type Location } from "../../src/model/location.ts";
import type { SourceFacts } from "../../src/model/source-facts.ts";
import type { InventoryRow } from "../../src/model/stored-value.ts";
import { STATES, type ValueClass } from "../../src/model/value-class.ts";

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
const IDENTITY_JSON = valueClass({ encoding: "json" });
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
      findings: {
        byLevel: countLevels(found),
        byKind: countKinds(found),
      },
      history: {
        aboveCompactRevision: stored.filter((row) => row.location === "history" && row.modRevision > 47900).length,
        belowCompactRevision: stored.filter((row) => row.location === "history" && row.modRevision <= 47900).length,
      },
    },
    findings: () => found,
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
    return { valueClass: used, counts, firstWrite: Math.min(...revisions), lastWrite: Math.max(...revisions) };
  });
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

/** Rows that differ in their names only. */
function many(count: number, name: string, fields: Partial<InventoryRow>): InventoryRow[] {
  return Array.from({ length: count }, (_, index) => {
    return value({ modRevision: 1000 + index, ...fields, name: `${name}-${String(index).padStart(4, "0")}` });
  });
}

/** Plaintext, aescbc, KMS v1 and v2 side by side, superseded plaintext, broken values and all kinds of finding. */
export function failingResult(): AuditResult {
  const plain = [
    ...many(24, "app-credentials", { namespace: "shop" }),
    value({ namespace: "kube-system", name: "bootstrap-token-abcdef", valueClass: IDENTITY_JSON, modRevision: 310 }),
  ];
  const malformed = value({ name: "cut", valueClass: MALFORMED, modRevision: 2100 });
  const unknown = value({ name: "patched", valueClass: UNKNOWN, modRevision: 2200 });
  const orphan = value({
    resource: "pandas.awesome.bears.example",
    name: "ling",
    modRevision: 90,
    lease: 2n ** 62n + 1n,
  });
  const superseded = [
    value({ namespace: "shop", name: "app-credentials-0000", location: "history", modRevision: 900, version: 3 }),
    value({ namespace: "shop", name: "gone", location: "history", modRevision: 48000 }),
  ];
  const stored = [
    ...plain,
    ...many(1310, "tls", { namespace: "web", valueClass: AESCBC, modRevision: 40000 }),
    ...many(16, "vaulted", { valueClass: KMS_V1, modRevision: 41000 }),
    ...many(140, "kms", { valueClass: KMS_V2, modRevision: 48100 }),
    malformed,
    unknown,
    orphan,
    ...many(36, "settings", { resource: "configmaps" }),
    ...superseded,
    ...many(5, "tls", { namespace: "web", valueClass: AESCBC, location: "history", modRevision: 48001 }),
  ];
  const found: Finding[] = [
    ...plain.map((row) => valueFinding("plaintext-value", row)),
    ...superseded.map((row) => valueFinding("plaintext-revision", row)),
    valueFinding("malformed-ciphertext", malformed),
    valueFinding("unknown-provider", unknown),
    valueFinding("resource-not-served", orphan),
    sourceFinding({ kind: "compaction-stalled", revision: 48211, compactRevision: 47900 }),
    sourceFinding({ kind: "defragmentation-due", freeBytes: 9_764_864 }),
    sourceFinding({
      kind: "unlooked-prefix",
      prefix: "/cluster-b",
      keys: 812,
      exampleKey: Buffer.from("/cluster-b/secrets/default/db"),
    }),
  ];
  return sampleResult({ stored, found });
}

/** A finding about a source. */
export function sourceFinding(detail: Extract<Finding["subject"], { kind: "source" }>["detail"]): Finding {
  return { kind: detail.kind, level: DEFAULT_LEVELS[detail.kind], source: 0, subject: { kind: "source", detail } };
}

/** All secrets under one key, with superseded revisions that are encrypted too. */
export function passingResult(): AuditResult {
  const stored = [
    ...many(48, "tls", { valueClass: AESCBC, modRevision: 40000 }),
    ...many(3, "tls", { valueClass: AESCBC, location: "history", modRevision: 48001 }),
  ];
  return sampleResult({ stored, verdict: "pass", exitCode: 0, cluster: "prod-eu-1" });
}

/** A damaged file: two reasons told, more left out, and something seen all the same. */
export function incompleteResult(): AuditResult {
  const plain = many(2, "app", { namespace: "shop" });
  return sampleResult({
    stored: [...plain, ...many(7, "tls", { valueClass: AESCBC, modRevision: 40000 })],
    found: plain.map((row) => valueFinding("plaintext-value", row)),
    verdict: "incomplete",
    exitCode: 3,
    sources: [
      source({
        incompleteReasons: [
          {
            code: "page-damaged",
            message: "page 412 at byte 1687552 of the file does not name itself: take a new snapshot",
          },
          { code: "hash-mismatch", message: "the file's sha256 is not the one at its end: take a new snapshot" },
        ],
        furtherIncompleteReasons: 3,
      }),
    ],
  });
}

/** No secret at all, under policy, with a note that policy raised. */
export function emptyResult(): AuditResult {
  return sampleResult({
    stored: many(3, "settings", { resource: "configmaps" }),
    found: [{ ...sourceFinding({ kind: "no-secrets-stored" }), level: "off" }],
    verdict: "pass",
    exitCode: 0,
    policy: { failOn: "warning", levels: new Map([["no-secrets-stored", "off"]]) },
  });
}

/** Keys and names that try to act on a terminal, a sheet or a parser. */
export function hostileResult(): AuditResult {
  const names = [
    "\u001b[2J\u001b[31mred",
    "line\nbreak",
    "\u202egnp.exe",
    "a\u200bb",
    'quote"and,comma',
    "back\\slash",
  ];
  const rows = [
    ...names.map((name) => value({ name })),
    value({ name: "not-utf8", key: Buffer.from([0x2f, 0x72, 0xff, 0xfe]) }),
    value({ name: '=HYPERLINK("x")', namespace: "@SUM(1)", key: Buffer.from("=cmd|' /C calc'!A0") }),
    value({ name: null, namespace: null, resource: "odd\u001bfolder", key: Buffer.from('"starts like JSON"') }),
  ];
  const named = value({
    name: "key-name",
    valueClass: valueClass({
      state: "malformed",
      provider: "kms-v1",
      keyName: "p\u001b]0;x\u0007",
      malformation: "no-wrapped-dek",
    }),
  });
  return sampleResult({
    stored: [...rows, named],
    found: [...rows.map((row) => valueFinding("plaintext-value", row)), valueFinding("malformed-ciphertext", named)],
    sources: [source({ path: "/backup/\u001b[31m.db" })],
    cluster: "c\u0007",
  });
}

// A name for every state, so that a new one is thought of here.
STATES satisfies readonly ["plaintext", "encrypted", "malformed", "unknown"];
