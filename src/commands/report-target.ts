import type { Format, ReportOptions, ReportOutput } from "../report/index.ts";

/** Where one report goes: to a file or, without one, to standard output. */
export interface ReportTarget {
  readonly format: Format;
  readonly file: string | null;
}

/** How a report ended: whole, or its reader went away first, which is no failure. */
type Delivery = "written" | "reader-gone";

/** An output that is open before anything is scanned, so that one that can't be written is told at once. */
export interface OpenReport {
  readonly format: Format;
  readonly options: ReportOptions;
  /** Writes the report; leaves no trace of it where that fails. */
  deliver(write: (out: ReportOutput) => Promise<void> | void): Promise<Delivery>;
  /** Gives the output up unwritten. */
  discard(): Promise<void>;
}

/** What a command needs of the world around it. */
export interface CommandEnvironment {
  /**
   * @throws AuditError OUTPUT_NOT_WRITABLE
   */
  openReport(target: ReportTarget): Promise<OpenReport>;
  /** One line for standard error. */
  notice(line: string): void;
  /** One line for standard error, for who looks for the cause of something. */
  debug(line: string): void;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** Told of bytes read, and of bytes in all where that is known. */
  onProgress(bytesRead: number, bytesTotal: number | null): void;
  /** Told while an answer is waited for: how many values stand against it still, and did at first. */
  onWaiting(left: number, atFirst: number): void;
  /** Nothing more will be read for now. */
  endProgress(): void;
}
