import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { mergeReports } from "../../src/comparison/merge-reports.ts";
import type { AuditResult } from "../../src/model/audit-result.ts";
import { newPath, writtenReport } from "../comparison/report-files.ts";
import { collect } from "./collect.ts";
import { failingResult, hostileResult, incompleteResult, passingResult } from "./sample-reports.ts";

async function fleet(): Promise<AuditResult> {
  const paths = [newPath("missing.json")];
  for (const result of [passingResult(), failingResult(), incompleteResult(), hostileResult()]) {
    paths.push(await writtenReport(result));
  }
  const result = await mergeReports({ paths, cluster: "europe" });
  const clusters = result.clusters?.map((facts, index) => {
    // Where the files of a test lie is different every time.
    const path = `reports/${index}.json`;
    return facts.kind === "unreadable" ? { ...facts, path, error: "reports/0.json: no such file" } : { ...facts, path };
  });
  const startedAt = new Date("2026-11-24T00:00:00Z");
  const tool = { ...result.tool, version: "0.1.0" };
  return { ...result, tool, startedAt, ...(clusters === undefined ? {} : { clusters }) };
}

test.each([80, 200])("the table of a fleet at %d columns", async (columns) => {
  const { text } = await collect("table", await fleet(), { columns });
  await expect(text).toMatchFileSnapshot(`../golden/table-fleet-${columns}.txt`);
  expect(
    text
      .split("\n")
      .slice(1)
      .filter((line) => line.length > columns),
  ).toEqual([]);
  expect(text).not.toMatch(/[^\P{Cc}\n]/u);
  const colored = await collect("table", await fleet(), { columns, color: true });
  expect(stripVTControlCharacters(colored.text)).toBe(text);
});

test("the CSV of a fleet names the cluster of each finding first, or its report", async () => {
  const lines = (await collect("csv", await fleet())).text.trimEnd().split("\r\n");
  expect(lines[0]).toMatch(/^cluster,kind,level,/);
  const names = new Set(lines.slice(1).map((line) => line.split(",", 1)[0]));
  expect([...names].sort()).toEqual(["c\\x07", "reports/1.json", "reports/2.json"]);
});
