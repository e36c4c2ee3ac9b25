import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reportOf } from "../comparison/report-files.ts";
import { PACKAGE_FOLDER, PROGRAM, programEnvironment } from "../corpus/run-program.ts";
import { sampleResult, value, valueFinding } from "../report/sample-result.ts";

const FINDINGS = 100_000;
/** MiB. The report is some 80 MB, and its findings as objects or strings would be more than that. */
const HEAP = 48;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "large-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a report with very many findings, of which the first few have other fingerprints than in a report before. */
async function largeReport(name: string, changed: number): Promise<string> {
  const report = await reportOf(sampleResult({ found: [valueFinding("plaintext-value", value())] }));
  const { findings, controls: _controls, ...head } = report;
  const path = join(folder, name);
  const descriptor = openSync(path, "w");
  writeSync(descriptor, `${JSON.stringify(head).slice(0, -1)},"findings":[`);
  for (let index = 0; index < FINDINGS; index++) {
    const print = (index < changed ? FINDINGS + index : index).toString(16);
    const row = { ...findings[0], name: `s${index}`, fingerprint: print.padStart(8, "0").padEnd(32, "5") };
    writeSync(descriptor, `${index === 0 ? "" : ","}\n${JSON.stringify(row)}`);
  }
  writeSync(descriptor, '],"controls":[]}');
  closeSync(descriptor);
  return path;
}

function inSmallHeap(...args: readonly string[]) {
  return spawnSync(process.execPath, [`--max-old-space-size=${HEAP}`, PROGRAM, ...args], {
    env: programEnvironment(),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
}

test("reports of very many findings are compared, used as a baseline and merged in little memory", async () => {
  const [older, newer] = [await largeReport("older.json", 0), await largeReport("newer.json", 3)];
  const output = join(folder, "out.json");
  const compared = inSmallHeap("diff", older, newer, "-o", "table", "-o", `json=${output}`);
  expect([compared.status, compared.stderr]).toEqual([1, ""]);
  expect(compared.stdout.split("\n")[0]).toBe("NEW FINDINGS: 3 new, 3 fixed, 99,997 remaining");
  expect(statSync(output).size).toBeGreaterThan(FINDINGS * 500);
  const merged = inSmallHeap("merge", older, newer, "-o", `json=${output}`);
  expect([merged.status, merged.stderr]).toEqual([1, ""]);
  const scan = inSmallHeap("scan", join(PACKAGE_FOLDER, "test/fixtures/a-plaintext/later.db.gz"), "--baseline", older);
  expect(scan.status).toBe(1);
}, 300_000);
