import type { AuditResult } from "../model/audit-result.ts";
import { type Format, LISTS_VALUES, loadReporter, type Reporter, type ReportOutput } from "../report/index.ts";
import type { CommandEnvironment, OpenReport, ReportTarget } from "./report-target.ts";

/** A result that every report was written of, as far as its readers wanted it. */
interface Reported<Result> {
  readonly result: Result;
  /** Whether a reader of a pipe went away before its end. */
  readonly isReaderGone: boolean;
}

/**
 * Opens every output, runs the audit, and writes every report that was asked for; standard output comes last.
 * @param run is told whether a report lists values
 * @throws AuditError when an output can't be used, and whatever `run` throws: no report is left behind then
 */
export async function writeReports(
  targets: readonly ReportTarget[],
  environment: CommandEnvironment,
  run: (keepValues: boolean) => Promise<AuditResult>,
): Promise<Reported<AuditResult>> {
  const keepsValues = targets.some(({ format }) => LISTS_VALUES.includes(format));
  const reporters = new Map<Format, Promise<Reporter>>();
  return writeEach(
    targets,
    environment,
    () => {
      const running = run(keepsValues);
      // Loaded while the source is read, which pauses now and then.
      for (const { format } of targets) reporters.set(format, loading(format));
      return running;
    },
    async (result, { format, options }, out) => (await reporters.get(format))?.write(result, out, options),
  );
}

/** Who waits for it hears of a failure; an audit that fails first is what is told. */
function loading(format: Format): Promise<Reporter> {
  const reporter = loadReporter(format);
  reporter.catch(() => undefined);
  return reporter;
}

/** The same for a result of any kind, which `write` writes to one output. */
export async function writeEach<Result>(
  targets: readonly ReportTarget[],
  environment: CommandEnvironment,
  run: () => Promise<Result>,
  write: (result: Result, output: OpenReport, out: ReportOutput) => Promise<void> | void,
): Promise<Reported<Result>> {
  const outputs = await openAll(targets, environment);
  try {
    const result = await run();
    let isReaderGone = false;
    for (let output = outputs.shift(); output !== undefined; output = outputs.shift()) {
      const current = output;
      const delivery = await current.deliver((out) => write(result, current, out));
      isReaderGone ||= delivery === "reader-gone";
    }
    return { result, isReaderGone };
  } finally {
    await Promise.all(outputs.map((output) => output.discard()));
  }
}

/** Opens the files first and standard output last. */
async function openAll(targets: readonly ReportTarget[], environment: CommandEnvironment): Promise<OpenReport[]> {
  const inOrder = [...targets.filter(({ file }) => file !== null), ...targets.filter(({ file }) => file === null)];
  const opened: OpenReport[] = [];
  try {
    for (const target of inOrder) opened.push(await environment.openReport(target));
    return opened;
  } catch (error) {
    await Promise.all(opened.map((output) => output.discard()));
    throw error;
  }
}
