import { expect, test } from "vitest";
import { FORMATS, isFormat, loadReporter } from "../../src/report/index.ts";

test("every format loads, and says what it needs", async () => {
  const needs = await Promise.all(FORMATS.map(async (format) => [format, (await loadReporter(format)).needs] as const));
  expect(Object.fromEntries(needs)).toEqual({
    table: { findings: true, values: false },
    json: { findings: true, values: false },
    inventory: { findings: false, values: true },
    keys: { findings: true, values: false },
    keys0: { findings: true, values: false },
    csv: { findings: true, values: false },
    html: { findings: true, values: false },
    remediation: { findings: true, values: false },
    markdown: { findings: true, values: false },
    sarif: { findings: true, values: false },
    junit: { findings: true, values: false },
    prometheus: { findings: true, values: false },
    oscal: { findings: true, values: false },
  });
});

test("what is no format is told from what is one", () => {
  expect(["table", "oscal", "xml", "toString"].map(isFormat)).toEqual([true, true, false, false]);
});
