import { type MergeOptions, mergeReports } from "../comparison/merge-reports.ts";
import { AuditError } from "../errors.ts";
import { EXIT_PIPE_CLOSED } from "../model/exit-code.ts";
import type { Format } from "../report/index.ts";
import type { CommandEnvironment, ReportTarget } from "./report-target.ts";
import { writeReports } from "./write-reports.ts";

/** Formats that can't be made of reports: values are no part of them, and keys of many clusters can't be one list. */
const OF_ONE_CLUSTER: readonly Format[] = ["inventory", "keys", "keys0", "prometheus", "remediation"];

/** What `merge` is asked to do. */
export interface MergeRequest {
  readonly merge: Omit<MergeOptions, "onNotice" | "signal">;
  readonly targets: readonly ReportTarget[];
}

/**
 * Puts the JSON reports of many clusters together and writes every report that was asked for.
 * @returns the worst exit code of the reports; one that can't be read counts as 2
 * @throws AuditError when no report can be read, or an output can't be used
 */
export async function merge(request: MergeRequest, environment: CommandEnvironment): Promise<number> {
  const unfit = request.targets.find(({ format }) => OF_ONE_CLUSTER.includes(format));
  if (unfit !== undefined) {
    throw new AuditError("USAGE", `the format ${unfit.format} is of one cluster, and merge puts many together`, {
      nextStep: "write it when you scan, or use table or json",
    });
  }
  const onNotice = (line: string) => environment.notice(line);
  const { result, isReaderGone } = await writeReports(request.targets, environment, () =>
    mergeReports({ ...request.merge, onNotice, signal: environment.signal }),
  );
  return isReaderGone ? EXIT_PIPE_CLOSED : result.exitCode;
}
