import { describe, expect, test } from "vitest";
import { compareReports } from "../../src/comparison/compare-reports.ts";
import type { Finding, FindingKind } from "../../src/model/finding.ts";
import type { Report } from "../../src/report/schema.ts";
import { sourceFinding } from "../report/sample-reports.ts";
import {
  type SampleFields,
  SNAPSHOT_LOOKED,
  sampleResult,
  source,
  value,
  valueFinding,
} from "../report/sample-result.ts";
import { reportOf, writtenReport } from "./report-files.ts";

const ALL_LOOKED = {
  ...SNAPSHOT_LOOKED,
  freePages: true,
  tail: true,
  wal: true,
  configuration: true,
  kmsCurrent: true,
};

/** What becomes of a finding of a report that looked at all, in a newer one without it. */
async function changeOf(
  finding: Finding,
  newer: SampleFields,
  change: Partial<Report> = {},
): Promise<string | undefined> {
  const comparison = await compareReports({
    older: await writtenReport(sampleResult({ found: [finding], looked: ALL_LOOKED })),
    newer: await writtenReport(sampleResult({ looked: ALL_LOOKED, ...newer }), change),
  });
  return [...comparison.findings()].map((compared) => compared.change)[0];
}

const live = valueFinding("plaintext-value", value());
const at = (location: "history" | "free-page" | "file-tail" | "wal") =>
  valueFinding("plaintext-residue", value({ location, offset: 4096 }));

describe("a finding that is gone", () => {
  test.each<[string, Finding, SampleFields]>([
    ["superseded revisions", at("history"), { looked: { ...ALL_LOOKED, history: false } }],
    ["freed pages", at("free-page"), { looked: { ...ALL_LOOKED, freePages: false } }],
    ["the file's tail", at("file-tail"), { looked: { ...ALL_LOOKED, tail: false } }],
    ["the WAL", at("wal"), { looked: { ...ALL_LOOKED, wal: false } }],
    ["another resource", live, { resources: ["configmaps"] }],
    ["another prefix", live, { prefixes: ["/openshift.io", "/registr"] }],
    ["another namespace", live, { namespaces: ["kube-system"] }],
    ["no configuration of that path", configured("a.yaml"), { configs: [config("b.yaml")] }],
    ["one member only", sourceFinding({ kind: "members-differ", endpoints: [] }), {}],
    ["a source that does not tell the compact revision", stalled(), { sources: [source({ compactRevision: null })] }],
    ["a live etcd, of which its user may read a part", unlooked(), { sources: [source({ kind: "live" })] }],
  ])("is not fixed where the newer report did not look: %s", async (_, gone, newer) => {
    expect(await changeOf(gone, newer)).toBe("not-looked-at");
  });

  test.each<[string, Finding, SampleFields]>([
    ["a live value", live, {}],
    ["a freed page", at("free-page"), {}],
    ["a namespace that was looked at", live, { namespaces: ["default", "x"] }],
    ["a configuration of that path", configured("a.yaml"), { configs: [config("a.yaml")] }],
    ["a source", stalled(), {}],
    ["other prefixes, which a file tells", unlooked(), {}],
  ])("is fixed where it looked: %s", async (_, gone, newer) => {
    expect(await changeOf(gone, newer)).toBe("fixed");
  });

  test("that only a configuration can tell is fixed only where one was given", async () => {
    expect(await changeOfKind("stale-key", {})).toBe("fixed");
    expect(await changeOfKind("stale-key", { looked: { ...ALL_LOOKED, configuration: false } })).toBe("not-looked-at");
  });

  test("of a KMS key is gone only when the newer report knows the key in force too", async () => {
    expect(await changeOfKind("stale-kms-key", {})).toBe("fixed");
    expect(await changeOfKind("stale-kms-key", { looked: { ...ALL_LOOKED, kmsCurrent: false } })).toBe("not-looked-at");
  });

  test("of one of several sources is fixed only when that source was looked at", async () => {
    const backup = source({ path: "/backup/old.db" });
    const found = [
      { ...live, source: 0 },
      { ...live, source: 1 },
    ];
    const command = { command: "verify-rotation" } as const;
    const older = await writtenReport(sampleResult({ found, sources: [source(), backup] }), command);
    const newer = await writtenReport(sampleResult({ found: [{ ...live, source: 0 }] }), command);
    const { counts } = await compareReports({ older, newer });
    expect(counts).toEqual({ new: 0, "not-looked-at": 1, fixed: 0, remaining: 1 });
    const both = await writtenReport(
      sampleResult({ found: [{ ...live, source: 1 }], sources: [source(), backup] }),
      command,
    );
    expect((await compareReports({ older, newer: both })).counts).toMatchObject({ fixed: 1, remaining: 1 });
  });
});

/** Likewise for a kind that no check of this version finds: only its name in the report matters. */
async function changeOfKind(kind: string, newer: SampleFields): Promise<string | undefined> {
  const older = sampleResult({ found: [live], looked: ALL_LOOKED });
  const findings = (await reportOf(older)).findings.map((row) => ({ ...row, kind: kind as FindingKind }));
  const comparison = await compareReports({
    older: await writtenReport(older, { findings }),
    newer: await writtenReport(sampleResult({ looked: ALL_LOOKED, ...newer })),
  });
  return [...comparison.findings()].map(({ change }) => change)[0];
}

function unlooked(): Finding {
  return sourceFinding({ kind: "unlooked-prefix", prefix: "/other", keys: 1, exampleKey: Buffer.from("/other/a") });
}

function stalled(): Finding {
  return sourceFinding({ kind: "compaction-stalled", revision: 2, compactRevision: 1 });
}

function configured(file: string): Finding {
  const detail = { file, line: 3, resource: null, key: null, identity: "x", message: "m", remedy: "r" };
  return { kind: "config-kms-v1", level: "warning", source: null, subject: { kind: "configuration", detail } };
}

function config(path: string) {
  return { path, sha256: "0".repeat(64), kind: "EncryptionConfiguration", resources: [] };
}
