import { z } from "zod";
import { VERDICTS } from "../model/audit-result.ts";
import { FINDING_KINDS, LEVELS, POLICY_LEVELS } from "../model/finding.ts";
import { LOCATIONS } from "../model/location.ts";
import { ROTATION_ANSWERS } from "../model/rotation.ts";
import { PROVIDERS } from "../model/value-class.ts";

const count = z.int().min(0);
const revision = z.int().min(0);
const bytes = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.string().meta({ format: "date-time", description: "RFC 3339, UTC." });
const kind = z.enum(FINDING_KINDS);
const provider = z.enum(PROVIDERS).nullable().describe("Null where no known provider wrote the value.");
const keyName = z.string().nullable().describe("The local key's name or the KMS plugin's.");
const keyId = z.string().nullable().describe("KMS v2's key ID.");
const kekVersion = z.string().nullable().describe("The version of the remote key, where the stored bytes show it.");

const stateCounts = {
  total: count,
  plaintext: count,
  encrypted: count,
  malformed: count.describe("A known provider's prefix on bytes that it can't have written."),
  unknown: count.describe("k8s:enc: with a provider or version that no Kubernetes release has."),
};
const areaCounts = { head: count, history: count, residue: count, wal: count };
const states = z.object(stateCounts);

const sourceSchema = z.object({
  kind: z.enum(["live", "snapshot", "data-dir", "kine"]),
  endpoints: z.array(z.string()).nullable().optional().describe("Of a live source."),
  path: z.string().nullable().optional().describe("Of a source that is a file or a folder."),
  sha256: sha256.nullable().describe("Of the file as it lies there."),
  contentSha256: sha256.nullable().describe("Of the snapshot itself, unpacked when the file is compressed."),
  clusterId: z
    .string()
    .regex(/^[0-9a-f]+$/)
    .nullable(),
  etcdVersion: z.string().nullable(),
  revision: revision.nullable().describe("The newest revision of the store."),
  compactRevision: revision
    .nullable()
    .describe("Superseded revisions below it have been removed; 0: never compacted; null: not learned."),
  dbSize: bytes.nullable(),
  dbSizeInUse: bytes.nullable(),
  complete: z.boolean().describe("Whether all that was asked for was seen."),
  incompleteReasons: z.array(z.string()),
});

const configSchema = z.object({
  path: z.string().nullable(),
  sha256: sha256.nullable(),
  kind: z.string().nullable(),
  resources: z.array(
    z.object({ resource: z.string(), writeKey: z.string().nullable(), readKeys: z.array(z.string()) }),
  ),
});

const lookedSchema = z.object({
  head: z.boolean(),
  history: z.boolean(),
  freePages: z.boolean(),
  tail: z.boolean(),
  wal: z.boolean(),
  configuration: z.boolean(),
  kmsCurrent: z.boolean(),
  decrypted: z.object({ verified: count, plausible: count, notVerifiable: count }),
});

const summarySchema = z.object({
  head: states.describe("Live values."),
  history: states.describe("Superseded revisions that are still stored."),
  residue: states.describe("Freed pages and the file's tail."),
  wal: states,
  byKey: z.array(
    z.object({
      provider,
      keyName,
      keyId,
      kekVersion,
      ...areaCounts,
      firstWrite: revision.nullable(),
      lastWrite: revision.nullable(),
    }),
  ),
  byResource: z
    .array(z.object({ resource: z.string(), audited: z.boolean(), ...stateCounts }))
    .describe("Live values."),
  findings: z.object({ error: count, warning: count, note: count, byKind: z.partialRecord(kind, count) }),
});

const answer = z.enum(ROTATION_ANSWERS);
const rotationSchema = z.object({
  retire: z.string().optional(),
  next: z.string().optional(),
  removeFromConfig: answer,
  destroyKey: answer,
  ledger: z.array(z.object({ key: z.string(), source: z.int().min(0), ...areaCounts })),
});

const findingSchema = z.object({
  kind,
  level: z.enum(POLICY_LEVELS).describe("As policy set it; off: it counts nowhere and fails no run."),
  key: z.string().nullable().optional().describe("The etcd key; null where the finding is about no single key."),
  keyBase64: z.string().optional().describe("In place of key, where the key's bytes are not UTF-8."),
  resource: z.string().nullable(),
  namespace: z.string().nullable(),
  name: z.string().nullable(),
  modRevision: revision.nullable(),
  createRevision: revision.nullable(),
  location: z.enum(LOCATIONS).nullable(),
  provider,
  keyName,
  keyId,
  kekVersion,
  source: z.int().min(0).nullable().describe("Index into sources."),
  cluster: z.int().min(0).optional().describe("Index into clusters; of merge only."),
  file: z.string().nullable(),
  line: z.int().min(1).nullable(),
  offset: bytes.nullable(),
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .describe("The same in every report in which the finding still holds."),
  message: z.string(),
  remediation: z.string().nullable(),
});

const controlSchema = z.object({
  framework: z.string(),
  id: z.string(),
  title: z.string(),
  status: z.enum(["supported", "contradicted", "not-assessed"]).describe("Of what was looked at, and of nothing else."),
  findings: z.array(kind).describe("The kinds of finding that contradict it: every finding of such a kind does."),
  reason: z.string().nullable().describe("What contradicts it, or why it was not assessed, in words."),
});

const policySchema = z.object({
  failOn: z.enum(LEVELS),
  levels: z.partialRecord(kind, z.enum(POLICY_LEVELS)),
  baselineSha256: sha256.nullable(),
  findingsInBaseline: count.optional().describe("How many of the findings are in the baseline; absent without one."),
});

const namespaces = z.array(z.string()).optional().describe("The only namespaces looked at; empty: all.");

const clusterSchema = z.object({
  cluster: z.string().nullable(),
  path: z.string().describe("Of the report that tells of it."),
  sha256: sha256.nullable().describe("Of that report; null where it can't be read."),
  error: z.string().nullable().describe("Why its report can't be read; then all below is null, and exitCode 2."),
  exitCode: z.int().min(0).max(255),
  verdict: z.enum(VERDICTS),
  command: z.enum(["scan", "verify-rotation", "lint-config"]).nullable(),
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  sources: z.array(z.int().min(0)).nullable().describe("Indices into sources."),
  prefixes: z.array(z.string()).nullable(),
  resources: z.array(z.string()).nullable(),
  namespaces,
  looked: lookedSchema.nullable(),
  policy: policySchema.nullable(),
  summary: summarySchema.nullable(),
});

/** The JSON report, schemaVersion 1.0: the one source of its types and of the JSON Schema that ships. */
export const reportSchema = z
  .object({
    schemaVersion: z.literal("1.0"),
    tool: z.object({ name: z.string(), version: z.string() }),
    cluster: z.string().nullable(),
    command: z.enum(["scan", "verify-rotation", "lint-config", "merge"]),
    startedAt: time,
    finishedAt: time,
    sources: z.array(sourceSchema),
    prefixes: z.array(z.string()).describe("The etcd prefixes looked at."),
    resources: z.array(z.string()).describe("The audited resources."),
    namespaces,
    configs: z.array(configSchema),
    looked: lookedSchema.describe("What is false here was not looked at, and nothing may be concluded about it."),
    policy: policySchema,
    exitCode: z.int().min(0).max(255),
    verdict: z.enum(VERDICTS).describe("From the default levels alone; policy does not change it."),
    summary: summarySchema.describe("Counts of all values in scope, audited or not."),
    rotation: rotationSchema.optional().describe("Of verify-rotation only."),
    clusters: z.array(clusterSchema).optional().describe("Of merge only: one for each report, the worst first."),
    findings: z
      .array(findingSchema)
      .describe("Sorted by source, key bytes, modRevision, location; of merge by cluster; one a line."),
    controls: z.array(controlSchema),
  })
  .meta({
    title: "etcd-encryption-auditor report",
    description: "What the stored bytes of etcd say of encryption at rest. Never holds a stored value or key material.",
  });

/** A whole JSON report. */
export type Report = z.infer<typeof reportSchema>;
/** All of a JSON report but its findings and controls. */
export type ReportHead = Omit<Report, "findings" | "controls">;
/** One finding of a JSON report. */
export type ReportFinding = z.infer<typeof findingSchema>;
/** One control of a JSON report. */
export type ReportControl = z.infer<typeof controlSchema>;
/** One source of a JSON report. */
export type ReportSource = z.infer<typeof sourceSchema>;
/** What a JSON report of merge says of one report that it was made of. */
export type ReportCluster = z.infer<typeof clusterSchema>;
/** The counts of a JSON report. */
export type ReportSummary = z.infer<typeof summarySchema>;

/** The JSON Schema (draft 2020-12) of a report. It allows further fields, so that a newer 1.x report stays valid. */
export function reportJsonSchema(): object {
  return z.toJSONSchema(reportSchema, { target: "draft-2020-12", io: "input" });
}
