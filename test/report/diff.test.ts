import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { compareReports } from "../../src/comparison/compare-reports.ts";
import type { AuditResult } from "../../src/model/audit-result.ts";
import type { Comparison } from "../../src/report/comparison.ts";
import { writeDiffJson } from "../../src/report/diff-json.ts";
import { writeDiffMarkdown } from "../../src/report/diff-markdown.ts";
import { writeDiffTable } from "../../src/report/diff-table.ts";
import type { ReportOptions, ReportOutput } from "../../src/report/index.ts";
import { writtenReport } from "../comparison/report-files.ts";
import { failingResult, hostileResult, incompleteResult, passingResult } from "./sample-reports.ts";

type Writer = (comparison: Comparison, out: ReportOutput, options: ReportOptions) => Promise<void> | undefined;

async function between(older: AuditResult, newer: AuditResult): Promise<Comparison> {
  const comparison = await compareReports({ older: await writtenReport(older), newer: await writtenReport(newer) });
  // Where the files of a test lie, and so what their reports are called, is different every time.
  return {
    ...comparison,
    older: { ...comparison.older, path: "older.json" },
    newer: { ...comparison.newer, path: "newer.json" },
  };
}

async function text(
  write: Writer,
  comparison: Comparison,
  columns: number | null = null,
  color = false,
): Promise<string> {
  const chunks: string[] = [];
  const out = {
    write(chunk: string | Uint8Array) {
      chunks.push(chunk.toString());
      return undefined;
    },
  };
  await write(comparison, out, { columns, color, notice: () => undefined });
  return chunks.join("");
}

const SAMPLES: readonly (readonly [name: string, older: () => AuditResult, newer: () => AuditResult])[] = [
  ["new", passingResult, failingResult],
  ["fixed", failingResult, passingResult],
  ["incomplete", failingResult, incompleteResult],
  ["hostile", passingResult, hostileResult],
];

describe.each(SAMPLES)("a comparison with what is %s", (name, older, newer) => {
  test.each([80, 200])("as a table of %d columns", async (columns) => {
    const comparison = await between(older(), newer());
    const plain = await text(writeDiffTable, comparison, columns);
    await expect(plain).toMatchFileSnapshot(`../golden/diff-table-${name}-${columns}.txt`);
    expect(plain).not.toMatch(/[^\P{Cc}\n]/u);
    const colored = await text(writeDiffTable, comparison, columns, true);
    expect(stripVTControlCharacters(colored)).toBe(plain);
  });

  test("as Markdown", async () => {
    const markdown = await text(writeDiffMarkdown, await between(older(), newer()));
    await expect(markdown).toMatchFileSnapshot(`../golden/diff-markdown-${name}.md`);
    expect(markdown).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test("as JSON: the same counts, one finding a line", async () => {
    const comparison = await between(older(), newer());
    const json = await text(writeDiffJson, comparison);
    const { summary, findings } = JSON.parse(json) as {
      summary: Record<string, number>;
      findings: { change: string }[];
    };
    for (const [change, field] of [
      ["new", "new"],
      ["fixed", "fixed"],
      ["not-looked-at", "notLookedAt"],
    ] as const) {
      expect(findings.filter((finding) => finding.change === change)).toHaveLength(summary[field] ?? -1);
    }
    expect(json.split("\n").filter((line) => line.startsWith('    {"change":'))).toHaveLength(findings.length);
    expect(json).not.toMatch(/[^\P{Cc}\n]/u);
  });
});
