import { describe, expect, test } from "vitest";
import type { AuditResult } from "../../src/model/audit-result.ts";
import { FINDING_KINDS, type Finding } from "../../src/model/finding.ts";
import { junitErrors } from "../schemas/official-schemas.ts";
import { collect } from "./collect.ts";
import { lintResult, manyFindings, SAMPLES } from "./machine-samples.ts";
import { emptyResult, failingResult, incompleteResult, passingResult } from "./sample-reports.ts";
import { sampleResult, value, valueFinding } from "./sample-result.ts";

async function junitOf(result: AuditResult): Promise<string> {
  return (await collect("junit", result)).text;
}

/** How the test of one kind ended. */
function outcomeOf(xml: string, kind: string): string {
  const match = new RegExp(`classname="[^"]*\\.${kind}"[^>]*?(?:/>|>\\s*<(\\w+))`).exec(xml);
  return match === null ? "missing" : (match[1] ?? "passed");
}

describe.each(Object.entries(SAMPLES))("the JUnit report of the %s sample", (name, result) => {
  test("is as it always was", async () => {
    await expect(await junitOf(result())).toMatchFileSnapshot(`../golden/junit-${name}.xml`);
  });

  test("is valid under the schema of what Jenkins reads", async () => {
    expect(await junitErrors(await junitOf(result()))).toEqual([]);
  });
});

test("the judge refuses what is no JUnit report, and what is no XML", async () => {
  expect(await junitErrors("<testsuites><testcase/></testsuites>")).not.toEqual([]);
  expect(await junitErrors("<testsuites><testsuite></testsuites>")).not.toEqual([]);
});

test("every kind of finding is a test, and the counts are those of the tests", async () => {
  for (const result of Object.values(SAMPLES)) {
    const xml = await junitOf(result());
    expect(FINDING_KINDS.filter((kind) => outcomeOf(xml, kind) === "missing")).toEqual([]);
    for (const [attribute, element] of [
      ["tests", "testcase"],
      ["failures", "failure"],
      ["errors", "error"],
      ["skipped", "skipped"],
    ]) {
      const count = xml.match(new RegExp(`<${element}[ >]`, "g"))?.length ?? 0;
      expect(xml).toContain(` ${attribute}="${count}"`);
    }
  }
});

test("a kind that was not looked for is skipped, never passed", async () => {
  const xml = await junitOf(passingResult());
  expect(["plaintext-value", "plaintext-residue", "config-weak-key"].map((kind) => outcomeOf(xml, kind))).toEqual([
    "passed",
    "skipped",
    "skipped",
  ]);
  const lint = await junitOf(lintResult());
  expect(["plaintext-value", "config-identity-first"].map((kind) => outcomeOf(lint, kind))).toEqual([
    "skipped",
    "failure",
  ]);
});

test("where not all was seen nothing passes but what is told below the level that fails", async () => {
  const xml = await junitOf(incompleteResult());
  expect(xml).toContain('<error type="incomplete"');
  expect(FINDING_KINDS.filter((kind) => outcomeOf(xml, kind) === "passed")).toEqual([]);
  expect(outcomeOf(xml, "plaintext-value")).toBe("failure");
});

test("what fails is what the policy says", async () => {
  const found: Finding[] = [{ ...valueFinding("plaintext-value", value()), level: "warning" }];
  const below = await junitOf(sampleResult({ found }));
  expect(outcomeOf(below, "plaintext-value")).toBe("passed");
  expect(below).toContain("plaintext-value: 1 live value of audited resources is not encrypted</system-out>");
  const policy = { failOn: "warning", levels: new Map() } as const;
  expect(outcomeOf(await junitOf(sampleResult({ found, policy })), "plaintext-value")).toBe("failure");
  expect(outcomeOf(await junitOf(emptyResult()), "no-secrets-stored")).toBe("passed");
});

test("a failure lists the first findings and counts the others", async () => {
  const xml = await junitOf(failingResult());
  // 20 of the live values, and a superseded one.
  expect(xml.match(/\/registry\/secrets\/shop\/app-credentials-\d+\)/g)).toHaveLength(21);
  expect(xml).toContain("and 5 more: -o json");
});

test("100,000 findings are one short report", async () => {
  const xml = await junitOf(manyFindings());
  expect(xml.length).toBeLessThan(30_000);
  expect(xml).toContain("and 99,980 more");
});
