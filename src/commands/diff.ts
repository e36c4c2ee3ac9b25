import { type CompareOptions, compareReports } from "../comparison/compare-reports.ts";
import { AuditError } from "../errors.ts";
import { EXIT_PIPE_CLOSED } from "../model/exit-code.ts";
import type { Comparison } from "../report/comparison.ts";
import { writeDiffJson } from "../report/diff-json.ts";
import { writeDiffMarkdown } from "../report/diff-markdown.ts";
import { writeDiffTable } from "../report/diff-table.ts";
import type { ReportOptions, ReportOutput } from "../report/index.ts";
import type { CommandEnvironment, OpenReport, ReportTarget } from "./report-target.ts";

/** What `diff` is asked to do. */
export interface DiffRequest {
  readonly compare: Omit<CompareOptions, "signal">;
  readonly targets: readonly ReportTarget[];
}

type Writer = (comparison: Comparison, out: ReportOutput, options: ReportOptions) => Promise<void> | undefined;

const WRITERS: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ["table", writeDiffTable],
  ["json", writeDiffJson],
  ["markdown", writeDiffMarkdown],
]);

/**
 * Compares two JSON reports and writes what changed in each format that was asked for.
 * @returns the exit code
 * @throws AuditError when a report can't be read to its end, or an output can't be used
 */
export async function diff({ compare, targets }: DiffRequest, environment: CommandEnvironment): Promise<number> {
  const outputs: OpenReport[] = [];
  try {
    for (const target of targets) {
      writerOf(target);
      outputs.push(await environment.openReport(target));
    }
    const comparison = await compareReports({ ...compare, signal: environment.signal });
    let isReaderGone = false;
    for (let output = outputs.shift(); output !== undefined; output = outputs.shift()) {
      const { options } = output;
      const write = writerOf(output);
      const delivery = await output.deliver((out) => write(comparison, out, options));
      isReaderGone ||= delivery === "reader-gone";
    }
    return isReaderGone ? EXIT_PIPE_CLOSED : comparison.exitCode;
  } finally {
    await Promise.all(outputs.map((output) => output.discard()));
  }
}

function writerOf({ format }: Pick<ReportTarget, "format">): Writer {
  const write = WRITERS.get(format);
  if (write === undefined) {
    throw new AuditError("USAGE", `diff has no format ${format}`, { nextStep: "use table, json or markdown" });
  }
  return write;
}
