import { createHash } from "node:crypto";
import { AuditError } from "../errors.ts";
import { FingerprintTable } from "../evidence/fingerprint-table.ts";
import { EXIT_FINDINGS, EXIT_INCOMPLETE, EXIT_PASS } from "../model/exit-code.ts";
import { LEVELS, type Level, type PolicyLevel } from "../model/finding.ts";
import type { Change, ComparedFinding, Comparison } from "../report/comparison.ts";
import type { ReportFinding, ReportHead } from "../report/schema.ts";
import { ReportReader } from "../reports/report-reader.ts";
import { toolIdentity } from "../run-facts.ts";
import { ChangeCounts } from "./change-counts.ts";
import { differencesBetween } from "./differences.ts";
import { eachFinding } from "./each-finding.ts";
import { lookedAt } from "./looked-at.ts";
import { partsOfReport, type ReportParts } from "./report-scope.ts";

/** Which reports to compare. */
export interface CompareOptions {
  /** Paths of JSON reports of the same command. */
  readonly older: string;
  readonly newer: string;
  /** The lowest level at which a new finding makes the run fail. Default: `note`. */
  readonly failOn?: Level;
  /** Ends the reading early. */
  readonly signal?: AbortSignal;
}

/**
 * Compares two reports by the fingerprints of their findings. Both files are read once now, and once more each time the
 * findings are asked for; of each finding some 30 bytes are kept.
 * @throws AuditError when a report can't be read to its end, or the two can't be compared
 */
export async function compareReports(options: CompareOptions): Promise<Comparison> {
  const older = new ReportReader(options.older);
  const open = [older];
  try {
    const newer = new ReportReader(options.newer);
    open.push(newer);
    refuseIncomparable(older, newer);
    return await compareOpened(older, newer, options);
  } catch (error) {
    for (const reader of open) reader.close();
    throw error;
  }
}

async function compareOpened(
  older: ReportReader,
  newer: ReportReader,
  { failOn = "note", signal }: CompareOptions,
): Promise<Comparison> {
  const tellsSources = older.head.sources.length > 1 || newer.head.sources.length > 1;
  const before = partsOfReport(older.head, tellsSources);
  const after = partsOfReport(newer.head, tellsSources);
  const olderPrints = new FingerprintTable();
  const newerPrints = new FingerprintTable();
  const tally = new ChangeCounts();
  const remember = (finding: ReportFinding) => {
    newerPrints.add(printOf(finding, after));
    tally.remember(finding);
  };
  await eachFinding(newer, remember, signal);
  const olderChange = (finding: ReportFinding, print: string): Change => {
    if (newerPrints.has(print)) return "remaining";
    const part = before.partOf(finding);
    const scope = after.scopes.get(part);
    return scope !== undefined && lookedAt(finding, before.scopes.get(part), scope) ? "fixed" : "not-looked-at";
  };
  const count = (finding: ReportFinding) => {
    const print = printOf(finding, before);
    olderPrints.add(print);
    const change = olderChange(finding, print);
    if (change !== "remaining") tally.add(finding.kind, change);
  };
  await eachFinding(older, count, signal);
  const newLevels = tally.settle((row) => (olderPrints.hasRowOf(newerPrints, row) ? "remaining" : "new"));
  function* newerFindings(): Generator<ComparedFinding, void> {
    for (const finding of newer.findings()) {
      yield { change: olderPrints.has(printOf(finding, after)) ? "remaining" : "new", finding };
    }
  }
  return {
    tool: await toolIdentity(),
    older,
    newer,
    differences: differencesBetween(older, newer),
    counts: tally.totals(),
    byKind: tally.byKind(),
    failOn,
    exitCode: exitCodeOf(newer.head.verdict === "incomplete", newLevels, failOn),
    *findings() {
      for (const finding of older.findings()) {
        const change = olderChange(finding, printOf(finding, before));
        if (change !== "remaining") yield { change, finding };
      }
      yield* newerFindings();
    },
    newerFindings,
    close() {
      for (const reader of [older, newer]) reader.close();
    },
  };
}

/** Nothing may be concluded from a report that did not see all, whatever new it has. */
function exitCodeOf(isIncomplete: boolean, newLevels: ReadonlySet<PolicyLevel>, failOn: Level): number {
  if (isIncomplete) return EXIT_INCOMPLETE;
  const failing = LEVELS.slice(0, LEVELS.indexOf(failOn) + 1);
  return failing.some((level) => newLevels.has(level)) ? EXIT_FINDINGS : EXIT_PASS;
}

/** A finding's fingerprint, in a report of several parts mixed with the name of the part. */
function printOf(finding: ReportFinding, parts: ReportParts): string {
  const part = parts.partOf(finding);
  if (part === "") return finding.fingerprint;
  return createHash("sha256").update(`${part}\0${finding.fingerprint}`).digest("hex").slice(0, 32);
}

function refuseIncomparable(older: ReportReader, newer: ReportReader): void {
  const [before, after] = [older, newer].map(({ head }) => askedIn(head)) as [string, string];
  if (before === after) return;
  throw new AuditError(
    "REPORTS_NOT_COMPARABLE",
    `${older.path} is a report of ${before}, and ${newer.path} one of ${after}`,
    { nextStep: "compare two reports of the same command, of verify-rotation with the same question" },
  );
}

/** What needs another key was never looked for. */
function askedIn({ command, rotation }: ReportHead): string {
  if (rotation === undefined) return command;
  return "retire" in rotation ? `${command} --retire ${rotation.retire}` : `${command} --next ${rotation.next}`;
}
