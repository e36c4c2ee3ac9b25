import { expect, test } from "vitest";
import { compareReports } from "../../src/comparison/compare-reports.ts";
import { differenceWords } from "../../src/report/diff-words.ts";
import { type SampleFields, SNAPSHOT_LOOKED, sampleResult, source } from "../report/sample-result.ts";
import { writtenReport } from "./report-files.ts";

async function words(older: SampleFields, newer: SampleFields): Promise<readonly string[]> {
  const { differences } = await compareReports({
    older: await writtenReport(sampleResult(older)),
    newer: await writtenReport(sampleResult({ startedAt: new Date("2026-11-23T10:00:00Z"), ...newer })),
  });
  return differences.map(differenceWords);
}

test("two scans of the same scope differ in nothing", async () => {
  expect(await words({}, {})).toEqual([]);
});

test.each<[string, SampleFields, SampleFields, RegExp]>([
  ["clusters by name", { cluster: "a" }, { cluster: "b" }, /different clusters by name: a, then b/],
  [
    "clusters by ID",
    { sources: [source({ clusterId: "1d" })] },
    { sources: [source({ clusterId: "2f" })] },
    /different etcd clusters by ID: 1d, then 2f/,
  ],
  [
    "kinds of source",
    {},
    { sources: [source({ kind: "live", path: null })] },
    /of different kinds.*snapshot, then live/,
  ],
  [
    "an earlier revision",
    {},
    { sources: [source({ revision: 7 })] },
    /earlier revision \(7\) than the older one \(48211\)/,
  ],
  [
    "areas that were left out",
    {},
    { looked: { ...SNAPSHOT_LOOKED, history: false } },
    /^Looked at in the older report only: superseded revisions\. What was found there is not fixed/,
  ],
  [
    "areas that are new",
    {},
    { looked: { ...SNAPSHOT_LOOKED, wal: true } },
    /^Looked at in the newer report only: WAL\. What is new there may have been there before/,
  ],
  ["prefixes", { prefixes: ["/registry", "/a"] }, {}, /^Prefixes with keys in the older report only: \/a\./],
  [
    "resources",
    { resources: ["secrets", "configmaps"] },
    {},
    /^Audited resources in the older report only: configmaps\./,
  ],
  ["namespaces", {}, { namespaces: ["x"] }, /^Namespaces looked at in the older report only: all others\./],
  ["namespaces again", { namespaces: ["x"] }, {}, /^Namespaces looked at in the newer report only: all others\./],
  [
    "versions",
    {},
    { tool: { name: "etcd-encryption-auditor", version: "9.0.0" } },
    /different versions, 0\.1\.0 and 9\.0\.0/,
  ],
])("reports that differ in %s say so", async (_, older, newer, expected) => {
  expect(await words(older, newer)).toEqual([expect.stringMatching(expected)]);
});
