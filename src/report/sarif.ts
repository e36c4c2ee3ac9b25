import type { AuditResult } from "../model/audit-result.ts";
import type { Finding } from "../model/finding.ts";
import { escapeForJson } from "./escape.ts";
import { notLookedAt } from "./not-looked-at.ts";
import { countOf, formatCount } from "./numbers.ts";
import { incompleteReasonLines } from "./report-head.ts";
import type { Reporter } from "./reporter.ts";
import { sarifResult } from "./sarif-result.ts";
import { sarifRules } from "./sarif-rules.ts";
import { sarifText } from "./sarif-text.ts";
import { TextChunks } from "./text-chunks.ts";

/** Results of one run beyond which GitHub's code scanning refuses a file. */
const GITHUB_MOST_RESULTS = 25_000;
/** Results of one run of which it shows no more, the heaviest first. */
const GITHUB_SHOWN_RESULTS = 5_000;

/**
 * The findings as a SARIF 2.1.0 log (OASIS) of one run, one result a line. All findings are in it, however many;
 * what a consumer would not take is said in a notification and on standard error.
 */
export const sarif: Reporter = {
  async write(result, out, options) {
    const chunks = new TextChunks(out);
    const limit = limitWords(result);
    if (limit !== null) options.notice(limit);
    const run = {
      tool: { driver: driver(result) },
      automationDetails: { id: `${result.tool.name}/${result.command}/${sarifText(result.cluster ?? "")}` },
      invocations: [invocation(result, limit)],
      columnKind: "utf16CodeUnits",
      properties: { verdict: result.verdict, notLookedAt: notLookedAt(result), cluster: result.cluster },
    };
    const head = `{"$schema":"${SCHEMA}","version":"2.1.0","runs":[\n`;
    await chunks.add(`${head}${escapeForJson(run).slice(0, -1)},"results":[`);
    let separator = "\n";
    for (const finding of result.findings()) {
      const pending = chunks.add(separator + resultLine(finding, result));
      if (pending !== undefined) await pending;
      separator = ",\n";
    }
    await chunks.add("\n]}\n]}\n");
    await chunks.flush();
  },
};

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

function resultLine(finding: Finding, { sources }: AuditResult): string {
  return escapeForJson(sarifResult(finding, sources));
}

function driver(result: AuditResult) {
  const { name, version } = result.tool;
  return { name, version, semanticVersion: version, rules: sarifRules(result) };
}

function invocation(result: AuditResult, limit: string | null) {
  return {
    executionSuccessful: result.verdict !== "incomplete",
    exitCode: result.exitCode,
    startTimeUtc: result.startedAt.toISOString(),
    endTimeUtc: result.finishedAt.toISOString(),
    toolExecutionNotifications: [
      ...result.sources.flatMap(incompleteReasonLines).map((reason) => notification("error", `Incomplete: ${reason}`)),
      ...(limit === null ? [] : [notification("warning", limit)]),
    ],
  };
}

function notification(level: "error" | "warning", text: string) {
  return { level, message: { text: sarifText(text) } };
}

function limitWords({ summary }: AuditResult): string | null {
  const total = [...summary.findings.byKind.values()].reduce((sum, count) => sum + count, 0);
  if (total <= GITHUB_SHOWN_RESULTS) return null;
  const results = `the SARIF report has ${countOf(total, "result")}`;
  return total > GITHUB_MOST_RESULTS
    ? `${results}: GitHub's code scanning refuses a run of more than ${formatCount(GITHUB_MOST_RESULTS)}`
    : `${results}: GitHub's code scanning shows no more than ${formatCount(GITHUB_SHOWN_RESULTS)} of a run`;
}
