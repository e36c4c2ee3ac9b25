import { type Metric, metricText } from "./prometheus-text.ts";

/** What is told of a run, whether it scanned anything or not. */
export interface RunFacts {
  readonly cluster: string | null;
  readonly exitCode: number;
  /** Whether all that was asked for was seen. */
  readonly isComplete: boolean;
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

const LAST_SUCCESS = "etcd_encryption_scan_last_success_timestamp_seconds";
const BEGINNING = "# HELP etcd_encryption_";

/**
 * The metrics of a run by itself. A run that saw all it was asked to see is a success, whatever it found.
 * @param previous the text of the file before; the time of the last success is kept from it
 */
export function runMetrics(run: RunFacts, previous: string | undefined): readonly Metric[] {
  const labels = { cluster: run.cluster ?? "" };
  const gauge = (name: string, help: string, value: number): Metric => ({ name, help, samples: [{ labels, value }] });
  const attempt = seconds(run.finishedAt);
  const success = run.isComplete ? attempt : lastSuccess(previous);
  return [
    gauge("etcd_encryption_scan_exit_code", "Exit code of the last run.", run.exitCode),
    gauge(
      "etcd_encryption_scan_complete",
      "1 when the last run saw all that it was asked to see; else nothing may be concluded.",
      run.isComplete ? 1 : 0,
    ),
    gauge(
      "etcd_encryption_scan_duration_seconds",
      "How long the last run took.",
      (run.finishedAt.getTime() - run.startedAt.getTime()) / 1000,
    ),
    gauge("etcd_encryption_scan_last_attempt_timestamp_seconds", "When the last run ended.", attempt),
    ...(success === null ? [] : [gauge(LAST_SUCCESS, "When a run last saw all that it was asked to see.", success)]),
  ];
}

/** The whole file for a run that scanned nothing. */
export function failedRunText(run: RunFacts, previous: string | undefined): string {
  return runMetrics(run, previous).map(metricText).join("");
}

/** Whether a text is a file of these metrics, so that nothing else is ever overwritten for a run that failed. */
export function isMetricsText(text: string): boolean {
  return text === "" || text.startsWith(BEGINNING);
}

function lastSuccess(previous: string | undefined): number | null {
  const line = previous?.split("\n").find((each) => each.startsWith(`${LAST_SUCCESS}{`));
  const value = Number(line?.slice(line.lastIndexOf(" ") + 1));
  return line !== undefined && Number.isFinite(value) && value >= 0 ? value : null;
}

function seconds(time: Date): number {
  return time.getTime() / 1000;
}
