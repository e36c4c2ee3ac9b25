import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { compareReports } from "../../src/comparison/compare-reports.ts";
import { mergeReports } from "../../src/comparison/merge-reports.ts";
import type { AuditResult } from "../../src/model/audit-result.ts";
import { findingRow } from "../../src/report/finding-row.ts";
import { type Report, reportJsonSchema } from "../../src/report/schema.ts";
import { collect } from "../report/collect.ts";
import { failingResult, hostileResult, incompleteResult, passingResult } from "../report/sample-reports.ts";
import { sampleResult, source, value, valueFinding } from "../report/sample-result.ts";
import { newPath, reportOf, writtenFile, writtenReport } from "./report-files.ts";

const isValid = new Ajv2020({ formats: { "date-time": true } }).compile(reportJsonSchema());

async function merged(results: readonly AuditResult[]): Promise<Report> {
  const paths: string[] = [];
  for (const result of results) paths.push(await writtenReport(result));
  return reportOf(await mergeReports({ paths }));
}

describe("one report out of many", () => {
  test("is valid, has the worst first, and says of each finding which cluster it is of", async () => {
    const results = [passingResult(), failingResult(), incompleteResult()];
    const report = await merged(results);
    expect([isValid(report), isValid.errors]).toEqual([true, null]);
    expect(report).toMatchObject({ command: "merge", exitCode: 3, verdict: "incomplete" });
    expect(report.clusters?.map(({ verdict, sources }) => [verdict, sources])).toEqual([
      ["incomplete", [0]],
      ["fail", [1]],
      ["pass", [2]],
    ]);
    const counts = [2, [...failingResult().findings()].length, 0];
    const ofCluster = (index: number) => report.findings.filter(({ cluster }) => cluster === index);
    expect([0, 1, 2].map((index) => ofCluster(index).length)).toEqual(counts);
    for (const { cluster, source: index } of report.findings) expect(index).toBe(cluster);
  });

  test.each([failingResult, hostileResult])("keeps every field of a finding as its report has it", async (result) => {
    const [row] = (await merged([result()])).findings;
    expect(row).toBeDefined();
    const report = await merged([result()]);
    const own = await reportOf(result());
    expect(report.findings).toEqual(own.findings.map((finding) => ({ ...finding, cluster: 0 })));
    const { summary } = report;
    expect({ ...summary, byKey: summary.byKey.map(withoutWrites) }).toEqual({
      ...own.summary,
      byKey: own.summary.byKey.map(withoutWrites),
    });
    expect(report.clusters?.[0]?.summary).toEqual(own.summary);
    expect(report.sources).toEqual(own.sources);
  });

  test("shifts sources by those of the reports before", async () => {
    const two = sampleResult({
      exitCode: 1,
      sources: [source({ path: "/a" }), source({ path: "/b" })],
      found: [{ ...valueFinding("plaintext-value", value()), source: 1 }],
    });
    const report = await merged([two, passingResult(), incompleteResult()]);
    const { sources } = report;
    expect(report.findings.map(({ source: index }) => sources[index ?? -1]?.path)).toEqual([
      ...Array.from({ length: 2 }, () => source().path),
      "/b",
    ]);
    expect(report.clusters?.map((cluster) => cluster.sources)).toEqual([[0], [1, 2], [3]]);
  });

  test("adds up, and leaves out when keys of one name were written: their revisions are of different clusters", async () => {
    const [one, two] = [await reportOf(passingResult()), await merged([passingResult(), renamed(passingResult())])];
    expect(two.summary.head.total).toBe(2 * one.summary.head.total);
    expect(two.summary.byKey).toEqual([expect.objectContaining({ head: 96, firstWrite: null, lastWrite: null })]);
    expect(two.summary.byResource[0]?.total).toBe(2 * (one.summary.byResource[0]?.total ?? 0));
    expect(two).toMatchObject({ exitCode: 0, verdict: "pass" });
  });

  test("calls looked at only what every cluster looked at", async () => {
    const { looked } = passingResult();
    const report = await merged([
      passingResult(),
      renamed({ ...passingResult(), looked: { ...looked, history: false } }),
    ]);
    expect(report.looked).toMatchObject({ head: true, history: false });
  });

  test("can be compared with an earlier one: the same key in two clusters is two findings", async () => {
    const found = [valueFinding("plaintext-value", value())];
    const [a, b, bFixed] = [
      await writtenReport(sampleResult({ cluster: "a", found })),
      await writtenReport(sampleResult({ cluster: "b", found })),
      await writtenReport(sampleResult({ cluster: "b" })),
    ];
    const older = await writtenReport(await mergeReports({ paths: [a, b] }));
    const newer = await writtenReport(await mergeReports({ paths: [bFixed, a] }));
    expect((await compareReports({ older, newer })).counts).toMatchObject({ fixed: 1, remaining: 1, new: 0 });
    const without = await writtenReport(await mergeReports({ paths: [a] }));
    const gone = await compareReports({ older, newer: without });
    expect(gone.counts).toMatchObject({ "not-looked-at": 1, remaining: 1 });
    expect(gone.differences).toContainEqual({ kind: "no-longer-looked-at", what: "reports", names: ["b"] });
  });
});

describe("bad input loses nothing", () => {
  test("a report that can't be read is named, counts as 2, and the others are there", async () => {
    const notices: string[] = [];
    const cut = writtenFile((await collect("json", failingResult())).bytes.subarray(0, 5000));
    const paths = [cut, await writtenReport(passingResult()), newPath("missing.json")];
    const result = await mergeReports({ paths, onNotice: (line) => notices.push(line) });
    const report = await reportOf(result);
    expect([isValid(report), isValid.errors]).toEqual([true, null]);
    expect(report).toMatchObject({ exitCode: 2, verdict: "incomplete" });
    expect(report.clusters?.map(({ error }) => error)).toEqual([
      expect.stringContaining("is damaged at byte 5000"),
      expect.stringContaining("no such file"),
      null,
    ]);
    expect(notices).toHaveLength(2);
  });

  test("where none can be read there is no result", async () => {
    await expect(mergeReports({ paths: [newPath("missing.json")] })).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
  });

  test("the same report twice counts once, and a name that two clusters share is said", async () => {
    const notices: string[] = [];
    const path = await writtenReport(passingResult());
    const copy = writtenFile((await collect("json", passingResult())).bytes);
    const other = await writtenReport(renamed(passingResult(), "prod-eu-1"));
    const result = await mergeReports({ paths: [path, copy, path, other], onNotice: (line) => notices.push(line) });
    expect(result.clusters).toHaveLength(2);
    expect(notices).toEqual([
      `${copy} is the same report as ${path}: it counts once`,
      `${path} is the same report as ${path}: it counts once`,
      expect.stringContaining("2 reports are of a cluster named prod-eu-1"),
    ]);
  });

  test("the report of a merge is no cluster's own", async () => {
    const fleet = await writtenReport(await mergeReports({ paths: [await writtenReport(passingResult())] }));
    await expect(mergeReports({ paths: [fleet] })).rejects.toMatchObject({ code: "REPORTS_NOT_COMPARABLE" });
  });

  test("an interrupted scan counts as incomplete", async () => {
    const interrupted = { ...incompleteResult(), exitCode: 130 };
    const paths = [await writtenReport(interrupted), await writtenReport(passingResult())];
    expect((await mergeReports({ paths })).exitCode).toBe(3);
  });
});

test("findings can be read again and again, one at a time", async () => {
  const result = await mergeReports({ paths: [await writtenReport(failingResult())] });
  const rows = () => [...result.findings()].map((finding) => findingRow(finding, result.sources));
  expect(rows()).toEqual(rows());
});

function withoutWrites(use: Report["summary"]["byKey"][number]) {
  return { ...use, firstWrite: null, lastWrite: null };
}

function renamed(result: AuditResult, cluster = "prod-us-1"): AuditResult {
  return { ...result, cluster, startedAt: new Date("2026-11-23T00:00:00Z") };
}
