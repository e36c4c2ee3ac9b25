import { type CompareOptions, compareReports } from "../comparison/compare-reports.ts";
import { AuditError } from "../errors.ts";
import { EXIT_PIPE_CLOSED } from "../model/exit-code.ts";
import type { Comparison } from "../report/comparison.ts";
import { writeDiffJson } from "../report/diff-json.ts";
import { writeDiffMarkdown } from "../report/diff-markdown.ts";
import { writeDiffTable } from "../report/diff-table.ts";
import type { ReportOptions, ReportOutput } from "../report/index.ts";
import type { CommandEnvironment, ReportTarget } from "./report-target.ts";
import { writeEach } from "./write-reports.ts";

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
  targets.forEach(writerOf);
  const { result, isReaderGone } = await writeEach(
    targets,
    environment,
    () => compareReports({ ...compare, signal: environment.signal }),
    (comparison, output, out) => writerOf(output)(comparison, out, output.options),
  );
  return isReaderGone ? EXIT_PIPE_CLOSED : result.exitCode;
}

function writerOf({ format }: Pick<ReportTarget, "format">): Writer {
  const write = WRITERS.get(format);
  if (write === undefined) {
    throw new AuditError("USAGE", `diff has no format ${format}`, { nextStep: "use table, json or markdown" });
  }
  return write;
}
