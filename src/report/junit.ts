import type { AuditResult } from "../model/audit-result.ts";
import { FINDING_KINDS } from "../model/finding.ts";
import { type JunitOutcome, junitCase, junitOutcome } from "./junit-case.ts";
import { digestByKind, type KindDigest } from "./kind-digest.ts";
import { notLookedAt } from "./not-looked-at.ts";
import { countOf } from "./numbers.ts";
import { incompleteReasonLines } from "./report-head.ts";
import type { Reporter } from "./reporter.ts";
import { summaryOf } from "./words.ts";
import { escapeForXml } from "./xml.ts";

/** Findings of one kind that a failure lists. */
const LISTED_FINDINGS = 20;

/**
 * One suite with a test for each kind of finding, and one for whether all was seen. A kind that was not looked for is
 * skipped, never passed; so is every kind without a finding where not all was seen. Valid under Jenkins' and the Ant
 * task's schema.
 */
export const junit: Reporter = {
  write(result, out) {
    const digests = new Map(digestByKind(result, LISTED_FINDINGS).map((digest) => [digest.kind, digest]));
    const outcomes = FINDING_KINDS.map((kind) => junitOutcome(kind, digests.get(kind), result));
    const cases = [wholeCase(result), ...outcomes.map((outcome) => junitCase(outcome, result))];
    return out.write(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<testsuites>",
        `  ${suiteTag(result, outcomes)}`,
        "    <properties>",
        ...properties(result).map(([name, value]) => `      <property name="${name}" value="${escapeForXml(value)}"/>`),
        "    </properties>",
        ...cases,
        `    <system-out>${belowLevel(digests, outcomes).map(escapeForXml).join("\n")}</system-out>`,
        "    <system-err></system-err>",
        "  </testsuite>",
        "</testsuites>",
        "",
      ].join("\n"),
    );
  },
};

function suiteTag(result: AuditResult, outcomes: readonly JunitOutcome[]): string {
  const { tool, command, startedAt, finishedAt, verdict } = result;
  const count = (kind: JunitOutcome["kind"]) => outcomes.filter((outcome) => outcome.kind === kind).length;
  const attributes = {
    name: `${tool.name} ${command}`,
    package: tool.name,
    id: 0,
    // The schema's word for a host that is not told; which one it was is nobody's affair.
    hostname: "localhost",
    timestamp: startedAt.toISOString().slice(0, 19),
    time: (finishedAt.getTime() - startedAt.getTime()) / 1000,
    tests: outcomes.length + 1,
    failures: count("failed"),
    errors: verdict === "incomplete" ? 1 : 0,
    skipped: count("skipped"),
  };
  const words = Object.entries(attributes).map(([name, value]) => `${name}="${escapeForXml(String(value))}"`);
  return `<testsuite ${words.join(" ")}>`;
}

function properties(result: AuditResult): readonly (readonly [name: string, value: string])[] {
  const { cluster, verdict, exitCode, policy, sources } = result;
  return [
    ["verdict", verdict],
    ["exitCode", String(exitCode)],
    ["failOn", policy.failOn],
    ["notLookedAt", notLookedAt(result).join(", ")],
    ...(cluster === null ? [] : [["cluster", cluster] as const]),
    ...sources.map(({ path, endpoints }) => ["source", path ?? endpoints?.join(",") ?? "-"] as const),
  ];
}

/** The test of whether all that was asked for was seen. */
function wholeCase(result: AuditResult): string {
  const head = `    <testcase classname="${result.tool.name}" name="All that was asked for was seen" time="0"`;
  if (result.verdict !== "incomplete") return `${head}/>`;
  const reasons = result.sources.flatMap(incompleteReasonLines).map(escapeForXml).join("\n");
  const message = "Nothing may be concluded, since not all that was asked for was seen";
  return `${head}>\n      <error type="incomplete" message="${message}">${reasons}</error>\n    </testcase>`;
}

/** Findings that fail no test, so that they are told of all the same. */
function belowLevel(digests: ReadonlyMap<string, KindDigest>, outcomes: readonly JunitOutcome[]): string[] {
  const passed = outcomes
    .filter(({ kind }) => kind === "passed")
    .flatMap(({ findingKind }) => digests.get(findingKind) ?? []);
  if (passed.length === 0) return [];
  const lines = passed.map(({ kind, count }) => `${kind}: ${summaryOf(kind, count)}`);
  return [`${countOf(passed.length, "kind")} of finding below the level that fails:`, ...lines];
}
