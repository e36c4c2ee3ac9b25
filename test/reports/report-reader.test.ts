import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AuditError } from "../../src/errors.ts";
import type { Report } from "../../src/report/schema.ts";
import { ReportReader } from "../../src/reports/report-reader.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";
import { errorOf, newPath, reportOf, writtenFile, writtenReport } from "../comparison/report-files.ts";
import { collect } from "../report/collect.ts";
import { failingResult, hostileResult } from "../report/sample-reports.ts";
import { sampleResult, value, valueFinding } from "../report/sample-result.ts";

/** Everything that a reader gives of a file, or the error that it raises. */
function readAll(path: string): Partial<Report> | AuditError {
  try {
    const reader = new ReportReader(path);
    try {
      return { ...reader.head, findings: [...reader.findings()] };
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof AuditError) return error;
    throw error;
  }
}

function sortedFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedFields);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, sortedFields(field)]),
  );
}

describe("a report that is read as a stream", () => {
  test.each([
    ["as the program writes it", failingResult, (report: Report) => report, undefined],
    ["with hostile names", hostileResult, (report: Report) => report, undefined],
    ["on one line", failingResult, (report: Report) => report, 0],
    ["sorted by field and indented, as jq -S writes it", failingResult, sortedFields, 2],
    ["with fields of a later version", failingResult, (report: Report) => ({ ...report, later: [[1]], also: {} }), 1],
  ])("is what JSON.parse gives: %s", async (_, result, change, indent) => {
    const report = await reportOf(result());
    const path =
      indent === undefined
        ? await writtenReport(result())
        : writtenFile(JSON.stringify(change(report), null, indent === 0 ? undefined : indent));
    const { controls: _controls, ...expected } = report;
    expect(readAll(path)).toEqual(expected);
  });

  test("a byte order mark in front does no harm", async () => {
    const { text } = await collect("json", failingResult());
    expect(readAll(writtenFile(`\ufeff${text}`))).toMatchObject({ command: "scan" });
  });

  test("may be read again and again", async () => {
    const reader = new ReportReader(await writtenReport(failingResult()));
    expect([...reader.findings()]).toEqual([...reader.findings()]);
    reader.close();
  });
});

describe("a report that is damaged", () => {
  test("one that ends anywhere is refused with its length, and never taken for whole", async () => {
    const { bytes } = await collect("json", sampleResult({ found: [valueFinding("plaintext-value", value())] }));
    const end = bytes.lastIndexOf("}");
    fc.assert(
      fc.property(fc.integer({ min: 1, max: end }), (length) => {
        const error = readAll(writtenFile(bytes.subarray(0, length), "cut.json"));
        expect(error).toBeInstanceOf(AuditError);
        expect((error as AuditError).code).toBe("REPORT_DAMAGED");
        expect((error as AuditError).message).toContain(`byte ${length}: it ends there`);
      }),
      fuzzRuns(100),
    );
  });

  test("the offset of what is no JSON is told in bytes, behind text of several bytes a character", async () => {
    const { text } = await collect("json", sampleResult({ cluster: "ä".repeat(90_000) }));
    const bytes = Buffer.from(text);
    const offset = bytes.indexOf('"verdict"');
    bytes[offset] = 0x21;
    expect(readAll(writtenFile(bytes))).toMatchObject({
      code: "REPORT_DAMAGED",
      message: expect.stringContaining(`byte ${offset}:`),
      nextStep: "nothing is concluded from it; make the report anew",
    });
  });

  test("bytes that are no UTF-8 are refused, not replaced", async () => {
    const { bytes } = await collect("json", sampleResult({ cluster: "prod" }));
    bytes[bytes.indexOf("prod")] = 0xff;
    expect(readAll(writtenFile(bytes))).toMatchObject({ code: "REPORT_DAMAGED" });
  });

  test("a second report behind the first is refused", async () => {
    const { text } = await collect("json", failingResult());
    expect(readAll(writtenFile(text + text))).toMatchObject({ code: "REPORT_DAMAGED" });
  });

  test("deep nesting is refused before it fills the memory", () => {
    const path = writtenFile(`{"a":${"[".repeat(100_000)}`);
    expect(readAll(path)).toMatchObject({ code: "REPORT_DAMAGED", message: expect.stringContaining("deeper") });
  });

  test("one that is written to while it is read is refused", async () => {
    const path = await writtenReport(failingResult());
    const reader = new ReportReader(path);
    appendFileSync(path, "\n\n");
    expect(errorOf(() => [...reader.findings()])).toMatchObject({ code: "FILE_NOT_READABLE" });
    reader.close();
  });
});

describe("a file that is something else", () => {
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    data: { password: "Q0FOQVJZ" },
    findings: [{ password: "CANARY" }],
  };

  test.each([
    ["an empty file", ""],
    ["blanks", "  \n"],
    ["text", "not json"],
    ["a list", "[]"],
    ["an empty object", "{}"],
    ["findings that are no list", '{"findings":{"a":1}}'],
    ["a Secret", JSON.stringify(secret)],
    ["binary data", Buffer.from([0, 1, 2, 0xff])],
  ])("%s is no report, and nothing of it is shown", (_, content) => {
    const error = readAll(writtenFile(content));
    expect(error).toMatchObject({ code: "NOT_A_REPORT", nextStep: "make one with -o json=FILE" });
    expect((error as AuditError).message).not.toMatch(/CANARY|Q0FOQVJZ|password/);
  });

  test.each<[string, object, RegExp]>([
    ["another version of the schema", { schemaVersion: "2.0" }, /schemaVersion 2\.0, not 1\.0/],
    ["a field that is missing", { looked: undefined }, /it has no looked as a report has it/],
    ["a command that makes no reports", { command: "diff" }, /it has no command/],
    ["a finding of a kind that does not exist", { findings: [{ kind: "odd" }] }, /finding 1 has no kind/],
  ])("a report with %s is refused by that name", async (_, change, message) => {
    const error = readAll(await writtenReport(failingResult(), change));
    expect(error).toMatchObject({ code: "NOT_A_REPORT", message: expect.stringMatching(message) });
  });

  test("a finding of a source that the report does not list is refused", async () => {
    const { findings } = await reportOf(failingResult());
    const path = await writtenReport(failingResult(), { findings: findings.map((row) => ({ ...row, source: 1 })) });
    expect(readAll(path)).toMatchObject({ code: "NOT_A_REPORT" });
  });

  test("a compressed report, a folder, a FIFO, standard input and nothing at all are told apart", async () => {
    const { bytes } = await collect("json", failingResult());
    const fifo = newPath("fifo");
    execFileSync("sh", ["-c", 'mkfifo "$1"', "sh", fifo]);
    mkdirSync(newPath("folder"));
    writeFileSync(newPath("report.json.gz"), gzipSync(bytes));
    expect(readAll(newPath("report.json.gz"))).toMatchObject({
      code: "NOT_A_REPORT",
      nextStep: "unpack it first: gunzip",
    });
    expect(readAll(newPath("folder"))).toMatchObject({ code: "FILE_IS_A_FOLDER" });
    expect(readAll(fifo)).toMatchObject({ code: "NOT_A_REPORT", nextStep: "write the report to a file first" });
    expect(readAll("-")).toMatchObject({ code: "NOT_A_REPORT" });
    expect(readAll(newPath("missing"))).toMatchObject({ code: "FILE_NOT_FOUND" });
  });
});
