import type { AuditResult, Verdict } from "../model/audit-result.ts";
import { auditedValues } from "./audited-values.ts";
import { escapeForTerminal } from "./escape.ts";
import { notLookedAt } from "./not-looked-at.ts";
import { countOf, formatCount } from "./numbers.ts";
import { otherErrors } from "./other-errors.ts";
import type { Paint } from "./paint.ts";
import { listWords, wrapProse } from "./prose.ts";
import { incompleteReasonLines } from "./report-head.ts";

/** The table's first line: the verdict with what was not looked at. */
export function verdictLine(result: AuditResult, paint: Paint): string {
  const missing = notLookedAt(result);
  const word = paint[VERDICT_PAINT[result.verdict]](result.verdict.toUpperCase());
  return missing.length === 0 ? word : `${word} ${paint.quiet(`(not looked at: ${missing.join(", ")})`)}`;
}

const VERDICT_PAINT = {
  pass: "good",
  fail: "bad",
  incomplete: "doubtful",
} as const satisfies Record<Verdict, keyof Paint>;

/** What the verdict means in numbers, each paragraph wrapped; for an incomplete audit every reason in front. */
export function verdictMeaning(result: AuditResult, width: number): string[] {
  const numbers = meaningInNumbers(result);
  if (result.verdict !== "incomplete") return [wrapProse(numbers, width)];
  return [unseenReasons(result, width), wrapProse(`What was seen: ${numbers}`, width)];
}

/** Why not all was seen, one reason a line. */
export function unseenReasons({ sources }: AuditResult, width: number): string {
  const reasons = sources.flatMap(incompleteReasonLines).map((reason) => {
    return wrapProse(escapeForTerminal(reason), width, "    ", "  - ");
  });
  return ["Nothing may be concluded, since not all that was asked for was seen:", ...reasons].join("\n");
}

/** What the verdict means in numbers, in one paragraph; safe to show. */
export function meaningInNumbers(result: AuditResult): string {
  const sentences = [liveSentence(result), historySentence(result), ...otherErrors(result)];
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

/** Says so when policy may have moved the exit code away from the verdict; empty otherwise. */
export function policyLine({ policy, summary, exitCode }: AuditResult, width: number): string[] {
  const { failOn, baseline } = policy;
  const levels = [...policy.levels].map(([kind, level]) => `${kind}=${level}`);
  if (levels.length === 0 && failOn === "error" && baseline === undefined) return [];
  const parts = [
    `--fail-on ${failOn}`,
    ...levels.map((level) => `--level ${level}`),
    ...(baseline === undefined ? [] : ["--baseline"]),
  ];
  const total = [...summary.findings.byKind.values()].reduce((sum, count) => sum + count, 0);
  const known = baseline?.findingsInBaseline ?? 0;
  const inBaseline =
    baseline === undefined
      ? ""
      : ` ${formatCount(known)} of ${countOf(total, "finding")} ${known === 1 ? "is" : "are"} in the baseline (SHA-256 ${baseline.sha256}).` +
        (known === total ? "" : " What is new: `etcd-encryption-auditor diff BASELINE.json THIS.json`.");
  return [
    wrapProse(
      `Policy: ${parts.join(", ")}.${inBaseline} It leaves the verdict as it is; the exit code is ${exitCode}.`,
      width,
    ),
  ];
}

function liveSentence({ summary, looked, resources, verdict }: AuditResult): string {
  if (!looked.head) return "";
  const total = auditedValues(summary, "total");
  if (total === 0)
    return verdict === "incomplete" ? "No live value was read." : `No live value ${ofWhat(resources)} is stored.`;
  const withValues = summary.resources.filter(({ audited, counts }) => audited && counts.total > 0);
  const seen = ofWhat(withValues.map(({ resource }) => resource));
  const faults = [
    [auditedValues(summary, "plaintext"), "not encrypted"],
    [auditedValues(summary, "malformed"), "malformed"],
    [auditedValues(summary, "unknown"), "of no known provider"],
  ] as const;
  const present = faults.filter(([count]) => count > 0);
  if (present.length === 0) {
    return total === 1
      ? `The one live value ${seen} is encrypted.`
      : `All ${formatCount(total)} live values ${seen} are encrypted.`;
  }
  const clauses = present.map(([count, what], index) => {
    const of = index === 0 ? ` of ${countOf(total, "live value")} ${seen}` : "";
    return `${formatCount(count)}${of} ${count === 1 ? "is" : "are"} ${what}`;
  });
  return `${listWords(clauses)}.`;
}

function ofWhat(resources: readonly string[]): string {
  const names = resources.map(escapeForTerminal);
  return names.length > 0 && names.length <= 3 ? `of ${listWords(names)}` : "of the audited resources";
}

function historySentence({ summary, looked }: AuditResult): string {
  if (!looked.history) return "";
  const plaintext = summary.findings.byKind.get("plaintext-revision") ?? 0;
  if (plaintext > 0) {
    return `${countOf(plaintext, "superseded revision")} of audited resources ${plaintext === 1 ? "is" : "are"} not encrypted.`;
  }
  return summary.areas.history.total === 0 ? "" : "No superseded revision of an audited resource is unencrypted.";
}
