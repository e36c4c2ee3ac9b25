import { expect, test } from "vitest";
import { FORMATS, isFormat, LISTS_VALUES, loadReporter } from "../../src/report/index.ts";

test("every format loads", async () => {
  const reporters = await Promise.all(FORMATS.map((format) => loadReporter(format)));
  expect(reporters.map(({ write }) => typeof write)).toEqual(FORMATS.map(() => "function"));
});

test("values are kept for the formats that list them, and for no other", () => {
  expect(LISTS_VALUES).toEqual(["inventory"]);
});

test("what is no format is told from what is one", () => {
  expect(["table", "oscal", "xml", "toString"].map(isFormat)).toEqual([true, true, false, false]);
});
