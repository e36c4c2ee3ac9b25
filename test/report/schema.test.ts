import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { diffJsonSchema } from "../../src/report/diff-schema.ts";
import { type Report, reportJsonSchema } from "../../src/report/schema.ts";
import { collect } from "./collect.ts";
import { failingResult } from "./sample-reports.ts";

/** `npx vitest run test/report/schema.test.ts -u` writes the file anew. */
test("the schema that ships is the one that the report's types come from", async () => {
  const text = `${JSON.stringify(reportJsonSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot("../../schema/report-1.0.schema.json");
});

const isValid = new Ajv2020({ formats: { "date-time": true } }).compile(reportJsonSchema());

async function failingReport(): Promise<Report> {
  return JSON.parse((await collect("json", failingResult())).text) as Report;
}

test("reports of later commands are valid: a live source, a rotation, kinds that no scan of a file makes", async () => {
  const report = await failingReport();
  const [source] = report.sources;
  const [finding] = report.findings;
  const later = {
    ...report,
    command: "verify-rotation",
    sources: [{ ...source, kind: "live", endpoints: ["https://10.0.0.1:2379"], path: undefined, clusterId: "1d2f" }],
    rotation: {
      retire: "aescbc/key1",
      removeFromConfig: "not-yet",
      destroyKey: "unknown",
      ledger: [{ key: "aescbc/key1", source: 0, head: 0, history: 4, residue: 0, wal: 0 }],
    },
    findings: [{ ...finding, kind: "config-weak-key", line: 7, file: "encryption.yaml", fieldOfALaterVersion: 1 }],
  };
  expect([isValid(JSON.parse(JSON.stringify(later))), isValid.errors]).toEqual([true, null]);
});

test.each([
  ["a verdict that does not exist", { verdict: "compliant" }],
  ["a missing list", { findings: undefined }],
  ["another version of the schema", { schemaVersion: "2.0" }],
])("%s is refused", async (_, change) => {
  expect(isValid(JSON.parse(JSON.stringify({ ...(await failingReport()), ...change })))).toBe(false);
});

test("the schema of comparisons that ships is the one that their type comes from", async () => {
  const text = `${JSON.stringify(diffJsonSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot("../../schema/diff-1.0.schema.json");
});
