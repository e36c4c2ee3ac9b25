import type { AuditResult } from "../model/audit-result.ts";
import type { FindingKind } from "../model/finding.ts";
import { reaches } from "../model/reaches.ts";
import { keyLine } from "./escape.ts";
import { pageOf } from "./finding-page.ts";
import type { KindDigest } from "./kind-digest.ts";
import { KIND_TITLES } from "./kind-titles.ts";
import { wasLookedFor } from "./looked-for.ts";
import { formatCount } from "./numbers.ts";
import { messageOf, remediationOf, summaryOf } from "./words.ts";
import { escapeForXml } from "./xml.ts";

/** How the test for one kind of finding ended. */
export type JunitOutcome =
  | { readonly kind: "passed"; readonly findingKind: FindingKind }
  | { readonly kind: "skipped"; readonly findingKind: FindingKind; readonly reason: string }
  | { readonly kind: "failed"; readonly findingKind: FindingKind; readonly digest: KindDigest };

/** Failed where a finding reaches the level that fails; skipped where that there is none would say nothing. */
export function junitOutcome(
  findingKind: FindingKind,
  digest: KindDigest | undefined,
  result: AuditResult,
): JunitOutcome {
  if (digest !== undefined && [...digest.byLevel.keys()].some((level) => reaches(level, result.policy.failOn))) {
    return { kind: "failed", findingKind, digest };
  }
  if (digest !== undefined) return { kind: "passed", findingKind };
  if (!wasLookedFor(findingKind, result)) return { kind: "skipped", findingKind, reason: "not looked for" };
  if (result.verdict === "incomplete") return { kind: "skipped", findingKind, reason: "not all was seen" };
  return { kind: "passed", findingKind };
}

/** A test case in XML. */
export function junitCase(outcome: JunitOutcome, result: AuditResult): string {
  const { findingKind } = outcome;
  const title = escapeForXml(KIND_TITLES[findingKind]);
  // Read as a test, a title that says what is wrong would say the opposite of what passed.
  const head = `    <testcase classname="${result.tool.name}.${findingKind}" name="Not found: ${title}" time="0"`;
  switch (outcome.kind) {
    case "passed":
      return `${head}/>`;
    case "skipped":
      return `${head}>\n      <skipped>${outcome.reason}</skipped>\n    </testcase>`;
    case "failed":
      return `${head}>\n      ${failure(outcome.digest, result)}\n    </testcase>`;
  }
}

function failure({ kind, count, first }: KindDigest, { sources }: AuditResult): string {
  const [example] = first;
  const source = example?.source == null ? undefined : sources[example.source];
  const listed = first.map((finding) => {
    const { subject } = finding;
    const key = subject.kind === "value" ? ` (${keyLine(subject.value.key).text})` : "";
    const place = subject.kind === "configuration" ? `${subject.detail.file}:${subject.detail.line}: ` : "";
    return place + messageOf(finding) + key;
  });
  const more = count - first.length;
  const lines = [
    ...listed,
    ...(more > 0 ? [`and ${formatCount(more)} more: -o json`] : []),
    ...(example === undefined ? [] : [`To do: ${remediationOf(example, source)}`]),
    `See ${pageOf(kind)}`,
  ];
  return `<failure type="${kind}" message="${escapeForXml(summaryOf(kind, count))}">${lines.map(escapeForXml).join("\n")}</failure>`;
}
