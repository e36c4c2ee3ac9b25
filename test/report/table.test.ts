import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { AuditResult, Policy } from "../../src/model/audit-result.ts";
import { collect } from "./collect.ts";
import { emptyResult, failingResult, hostileResult, incompleteResult, passingResult } from "./sample-reports.ts";
import {
  AESCBC,
  KMS_V2,
  SNAPSHOT_LOOKED,
  sampleResult,
  source,
  value,
  valueClass,
  valueFinding,
} from "./sample-result.ts";

const SAMPLES: readonly (readonly [name: string, result: () => AuditResult])[] = [
  ["failing", failingResult],
  ["passing", passingResult],
  ["incomplete", incompleteResult],
  ["empty", emptyResult],
  ["hostile", hostileResult],
];

describe.each(SAMPLES)("the table of the %s sample", (name, result) => {
  test.each([80, 200])("at %d columns", async (columns) => {
    const { text } = await collect("table", result(), { columns });
    await expect(text).toMatchFileSnapshot(`../golden/table-${name}-${columns}.txt`);
    const tooLong = text.split("\n").filter((line) => line.length > columns);
    expect(tooLong).toEqual([]);
  });

  test("shows no control character but the line feed", async () => {
    const { text } = await collect("table", result());
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test("says the same with colours", async () => {
    const [plain, colored] = [await collect("table", result()), await collect("table", result(), { color: true })];
    expect(stripVTControlCharacters(colored.text)).toBe(plain.text);
    expect(colored.text).not.toBe(plain.text);
  });
});

test("without a terminal a table is made for 80 columns", async () => {
  const [unknown, eighty] = [
    await collect("table", failingResult()),
    await collect("table", failingResult(), { columns: 80 }),
  ];
  expect(unknown.text).toBe(eighty.text);
});

describe("the first line", () => {
  async function firstLine(result: AuditResult): Promise<string | undefined> {
    return (await collect("table", result)).text.split("\n")[0];
  }

  test("names no WAL for a snapshot, which has none", async () => {
    expect(await firstLine(passingResult())).toBe("PASS (not looked at: freed pages, file tail, configuration)");
  });

  test("names the WAL for a data directory, and the KMS key where a KMS provider wrote", async () => {
    const result = sampleResult({
      verdict: "pass",
      sources: [source({ kind: "data-dir" })],
      stored: [value({ valueClass: KMS_V2 })],
    });
    expect(await firstLine(result)).toBe(
      "PASS (not looked at: freed pages, file tail, WAL, configuration, KMS key in force)",
    );
  });

  test("is the verdict alone when all was looked at", async () => {
    const looked = { ...SNAPSHOT_LOOKED, freePages: true, tail: true, configuration: true };
    expect(await firstLine(sampleResult({ looked }))).toBe("FAIL");
  });

  test("names superseded revisions that were not looked at", async () => {
    const looked = { ...SNAPSHOT_LOOKED, history: false };
    expect(await firstLine(sampleResult({ looked }))).toContain("(not looked at: superseded revisions, freed pages,");
  });
});

test("a key is never broken or cut, however long it is", async () => {
  const long = value({ name: "x".repeat(300) });
  const { text } = await collect(
    "table",
    sampleResult({ stored: [long], found: [valueFinding("plaintext-value", long)] }),
  );
  expect(text).toContain(`\n  ${Buffer.from(long.key).toString()}\n`);
});

test("a command is never broken into two lines", async () => {
  const { text } = await collect("table", failingResult(), { columns: 80 });
  expect(text).toContain("`kubectl get secrets --all-namespaces -o json | kubectl replace -f -`");
});

test("other resources with plaintext are named with what to do", async () => {
  const rows = [value(), value({ resource: "configmaps" }), value({ resource: "pandas.bears.example" })];
  const found = rows.map((row) => valueFinding("plaintext-value", row));
  const { text } = await collect("table", sampleResult({ stored: rows, found }));
  expect(text).toContain("The same goes for configmaps and pandas.bears.example.");
});

test("beyond 200 rows the summary says how many more there are", async () => {
  const stored = Array.from({ length: 250 }, (_, index) => {
    return value({ valueClass: valueClass({ state: "encrypted", provider: "aescbc", keyName: `key${index}` }) });
  });
  const { text } = await collect("table", sampleResult({ stored }));
  expect(text.match(/and 50 more rows: -o json/g)).toHaveLength(2);
});

test("a compaction that was asked for and has not ended is told", async () => {
  const { text } = await collect("table", sampleResult({ sources: [source({ scheduledCompactRevision: 48000 })] }));
  expect(text).toContain("compact revision 47900, a compaction to 48000 has not ended");
});

test("policy changes neither the verdict nor what is listed", async () => {
  const result = failingResult();
  const policy: Policy = { failOn: "error", levels: new Map([["plaintext-value", "off"]]) };
  const { text } = await collect("table", { ...result, policy, exitCode: 0 });
  expect(text).toMatch(/^FAIL /);
  expect(text).toContain("Policy: --fail-on error, --level plaintext-value=off.");
  expect(text).toContain("Still unencrypted (25)");
});

test("one encrypted value is spoken of as one", async () => {
  const result = sampleResult({ verdict: "pass", stored: [value({ valueClass: AESCBC })] });
  expect((await collect("table", result)).text).toContain("The one live value of secrets is encrypted.");
});
