import { type AuditOptions, audit } from "../audit.ts";
import type { AuditResult } from "../model/audit-result.ts";
import { EXIT_PIPE_CLOSED } from "../model/exit-code.ts";
import { loadReporter } from "../report/index.ts";
import type { CommandEnvironment, OpenReport, ReportTarget } from "./report-target.ts";

/** What `scan` is asked to do. */
export interface ScanRequest {
  readonly audit: Omit<AuditOptions, "signal" | "onProgress" | "keepValues">;
  readonly targets: readonly ReportTarget[];
}

/**
 * Scans one source and writes every report that was asked for; standard output comes last.
 * @returns the exit code
 * @throws AuditError when the source or an output can't be used
 */
export async function scan(request: ScanRequest, environment: CommandEnvironment): Promise<number> {
  const { targets } = request;
  const reporters = new Map(
    await Promise.all(targets.map(async ({ format }) => [format, await loadReporter(format)] as const)),
  );
  const outputs = await openAll(targets, environment);
  try {
    const onProgress = (read: number, total: number | null) => environment.onProgress(read, total);
    const keepValues = [...reporters.values()].some(({ needs }) => needs.values);
    const result = await audit({ ...request.audit, keepValues, signal: environment.signal, onProgress }).finally(() =>
      environment.endProgress(),
    );
    let isReaderGone = false;
    while (outputs.length > 0) {
      const output = outputs.shift();
      const reporter = output && reporters.get(output.format);
      if (output === undefined || reporter === undefined) continue;
      const delivery = await output.deliver((out) => reporter.write(result, out, output.options));
      isReaderGone ||= delivery === "reader-gone";
    }
    tellIncomplete(result, environment);
    return isReaderGone ? EXIT_PIPE_CLOSED : result.exitCode;
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

/** An incomplete scan says so in one line, whatever the reports show. */
function tellIncomplete({ sources }: AuditResult, environment: CommandEnvironment): void {
  for (const { incompleteReasons, furtherIncompleteReasons } of sources) {
    const [first] = incompleteReasons;
    if (first === undefined) continue;
    const more = incompleteReasons.length - 1 + furtherIncompleteReasons;
    environment.notice(`incomplete: ${first.message}${more > 0 ? ` (and ${more} more in the report)` : ""}`);
  }
}
