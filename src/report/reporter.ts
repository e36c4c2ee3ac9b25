import type { AuditResult } from "../model/audit-result.ts";

/** Where a report goes. One call at a time. */
export interface ReportOutput {
  /** Undefined: go on at once. A promise: wait for it before the next write; it fails when the report can't be written. */
  write(chunk: string | Uint8Array): Promise<void> | undefined;
}

/** What a report depends on besides the result. */
export interface ReportOptions {
  /** Characters a line may take; null where no terminal says so. */
  readonly columns: number | null;
  /** Whether the reader's terminal shows colours. */
  readonly color: boolean;
  /** What the file held before, for a format of `KEEPS_FROM_BEFORE`; absent where there was none. */
  readonly previousReport?: string;
  /** Takes one line for standard error about the report as it was written. */
  notice(line: string): void;
}

/** Renders a sealed result in one format. */
export interface Reporter {
  /** Writes the whole report; fails only when the output does. */
  write(result: AuditResult, out: ReportOutput, options: ReportOptions): Promise<void> | void;
}
