import { auditConfigurations, type ConfigurationAuditOptions } from "../audit-configurations.ts";
import { AuditError } from "../errors.ts";
import { EXIT_PIPE_CLOSED } from "../model/exit-code.ts";
import type { Format } from "../report/index.ts";
import type { CommandEnvironment, ReportTarget } from "./report-target.ts";
import { writeReports } from "./write-reports.ts";

/** Formats that list stored values. Empty, they would read as if all were well. */
const LISTS_OF_VALUES: readonly Format[] = ["inventory", "keys", "keys0"];

/** What `lint-config` is asked to do. */
export interface LintRequest {
  readonly audit: ConfigurationAuditOptions;
  readonly targets: readonly ReportTarget[];
}

/**
 * Judges configuration files before any data is looked at, and writes every report that was asked for.
 * @returns the exit code
 * @throws AuditError when a file can't be read at all, or an output can't be used
 */
export async function lintConfig({ audit, targets }: LintRequest, environment: CommandEnvironment): Promise<number> {
  const list = targets.find(({ format }) => LISTS_OF_VALUES.includes(format));
  if (list !== undefined) {
    throw new AuditError("USAGE", `the format ${list.format} lists stored values, and lint-config looks at none`, {
      nextStep: "use table or json",
    });
  }
  const { result, isReaderGone } = await writeReports(targets, environment, () => auditConfigurations(audit));
  return isReaderGone ? EXIT_PIPE_CLOSED : result.exitCode;
}
