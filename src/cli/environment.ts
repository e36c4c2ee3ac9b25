import type { CommandEnvironment, OpenReport, ReportTarget } from "../commands/report-target.ts";
import { escapeForTerminal } from "../report/escape.ts";
import { KEEPS_FROM_BEFORE } from "../report/index.ts";
import { formerText } from "./former-text.ts";
import { deliver, METRICS_MODE, openOutputFile, openStandardOutput } from "./output-file.ts";
import type { Progress } from "./progress.ts";

/** The name that every line on standard error begins with. */
export const PROGRAM = "etcd-encryption-auditor";

/** The flags that say how the program speaks, whatever the command. */
export interface SpeechFlags {
  readonly quiet: boolean;
  readonly color: boolean;
  readonly debug: boolean;
}

/** The process as a command sees it. */
export class ProcessEnvironment implements CommandEnvironment {
  readonly signal: AbortSignal;
  private readonly flags: SpeechFlags;
  private readonly interruption = new AbortController();
  private progress: Progress | undefined;
  private progressIsLoading = false;

  constructor(flags: SpeechFlags) {
    this.flags = flags;
    this.signal = this.interruption.signal;
  }

  /** The first interruption ends the scan in good order; the second is the system's to act on. */
  listenForInterruption(): void {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => this.interruption.abort());
  }

  async openReport({ format, file }: ReportTarget): Promise<OpenReport> {
    const previousReport = file !== null && KEEPS_FROM_BEFORE.includes(format) ? await formerText(file) : undefined;
    const mode = format === "prometheus" ? METRICS_MODE : undefined;
    const output = file === null ? openStandardOutput(process.stdout) : await openOutputFile(file, mode);
    const isTerminal = file === null && process.stdout.isTTY === true;
    return {
      format,
      options: {
        columns: isTerminal ? process.stdout.columns : null,
        color: isTerminal && this.flags.color && (process.env["NO_COLOR"] ?? "") === "",
        ...(previousReport === undefined ? {} : { previousReport }),
        notice: (line) => this.notice(line),
      },
      deliver: (write) => deliver(output, write),
      discard: () => output.discard(),
    };
  }

  notice(line: string): void {
    if (!this.flags.quiet) process.stderr.write(`${PROGRAM}: ${escapeForTerminal(line)}\n`);
  }

  debug(line: string): void {
    if (this.flags.debug) process.stderr.write(`${PROGRAM}: ${escapeForTerminal(line)}\n`);
  }

  onProgress(bytesRead: number, bytesTotal: number | null): void {
    this.advance(bytesRead, async () => {
      const { startProgress } = await import("./progress.ts");
      return startProgress({ total: bytesTotal, stream: process.stderr });
    });
  }

  onWaiting(left: number, atFirst: number): void {
    this.advance(atFirst - left, async () => {
      const { startProgress, WAITING } = await import("./progress.ts");
      return startProgress({ total: atFirst, words: WAITING, stream: process.stderr });
    });
  }

  endProgress(): void {
    this.progress?.stop();
    this.progress = undefined;
    this.progressIsLoading = false;
  }

  /** Bars are loaded on demand: most runs have no terminal. */
  private advance(value: number, start: () => Promise<Progress>): void {
    if (this.flags.quiet || process.stderr.isTTY !== true) return;
    if (this.progress !== undefined) this.progress.advance(value);
    else if (!this.progressIsLoading) {
      this.progressIsLoading = true;
      void start().then((progress) => {
        if (this.progressIsLoading) this.progress = progress;
      });
    }
  }
}
