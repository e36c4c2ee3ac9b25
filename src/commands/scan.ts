import { type AuditOptions, audit } from "../audit.ts";
import type { AuditResult } from "../model/audit-result.ts";
import { EXIT_PIPE_CLOSED } from "../model/exit-code.ts";
import type { Listeners } from "../model/listeners.ts";
import { listenersOf } from "./listeners.ts";
import type { CommandEnvironment, ReportTarget } from "./report-target.ts";
import { writeReports } from "./write-reports.ts";

/** What `scan` is asked to do. */
export interface ScanRequest {
  readonly audit: Omit<AuditOptions, keyof Listeners | "keepValues">;
  readonly targets: readonly ReportTarget[];
}

/**
 * Scans one source and writes every report that was asked for; standard output comes last.
 * @returns the exit code
 * @throws AuditError when the source or an output can't be used
 */
export async function scan(request: ScanRequest, environment: CommandEnvironment): Promise<number> {
  const { result, isReaderGone } = await writeReports(request.targets, environment, (keepValues) =>
    audit({ ...request.audit, ...listenersOf(environment), keepValues }).finally(() => environment.endProgress()),
  );
  tellIncomplete(result, environment);
  return isReaderGone ? EXIT_PIPE_CLOSED : result.exitCode;
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
