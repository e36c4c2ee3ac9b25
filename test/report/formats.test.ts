import { expect, test } from "vitest";
import { AuditError } from "../../src/errors.ts";
import { FORMATS, isBuilt, isFormat, loadReporter } from "../../src/report/index.ts";

test("every format that is built loads, and says what it needs", async () => {
  const needs = await Promise.all(
    FORMATS.filter(isBuilt).map(async (format) => [format, (await loadReporter(format)).needs] as const),
  );
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

test("a format that is not built yet is refused by its name", async () => {
  const refusal = await loadReporter("html").catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(AuditError);
  expect(refusal).toMatchObject({ code: "NOT_BUILT", message: "the format html is not built yet" });
});

test("what is no format is told from what is one", () => {
  expect(["table", "oscal", "xml", "toString"].map(isFormat)).toEqual([true, true, false, false]);
});
