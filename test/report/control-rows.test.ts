import { expect, test } from "vitest";
import { controlRows } from "../../src/report/control-rows.ts";
import { emptyResult, failingResult, incompleteResult, passingResult } from "./sample-reports.ts";
import { sampleResult } from "./sample-result.ts";

const RESULTS = [failingResult(), passingResult(), incompleteResult(), emptyResult(), sampleResult()];

test("the word is never 'compliant'", () => {
  expect(JSON.stringify(RESULTS.map(controlRows))).not.toMatch(/complian/i);
});

test("a contradiction names its kinds of finding and says what was found", () => {
  const row = controlRows(failingResult()).find(({ id }) => id === "SC-28");
  expect(row).toEqual({
    framework: "NIST SP 800-53 r5",
    id: "SC-28",
    title: "Protection of Information at Rest",
    status: "contradicted",
    findings: ["plaintext-value", "plaintext-revision"],
    reason: "25 live values of audited resources are not encrypted; 2 superseded revisions are not encrypted",
  });
});

test("what is not assessed says why, and names no finding", () => {
  for (const row of RESULTS.flatMap(controlRows).filter(({ status }) => status === "not-assessed")) {
    expect([row.findings, row.reason]).toEqual([[], expect.stringMatching(/\S/)]);
  }
  const row = controlRows(incompleteResult()).find(({ id }) => id === "SC-12");
  expect(row?.reason).toContain("not seen: all that was asked for, configuration");
});
