import type { AuditResult } from "../../src/model/audit-result.ts";
import type { Finding } from "../../src/model/finding.ts";
import { DEFAULT_LEVELS } from "../../src/model/finding.ts";
import type { InventoryRow } from "../../src/model/stored-value.ts";
import { STATES } from "../../src/model/value-class.ts";
import {
  AESCBC,
  IDENTITY_JSON,
  KMS_V1,
  KMS_V2,
  MALFORMED,
  sampleResult,
  source,
  UNKNOWN,
  value,
  valueClass,
  valueFinding,
} from "./sample-result.ts";

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
