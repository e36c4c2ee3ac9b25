import type { WriteStream } from "node:tty";
import { SingleBar } from "cli-progress";
import { formatBytes } from "../report/numbers.ts";

/** Milliseconds of work before anything is shown: what is over sooner needs no bar. */
const QUIET_TIME = 1000;
const BAR_WIDTH = 32;

/** Shows how far a scan is. */
export interface Progress {
  /** Tells how many bytes have been read so far. Cheap: call it for every piece. */
  advance(bytesRead: number): void;
  /** Takes the bar away without a trace. May be called twice. */
  stop(): void;
}

/** Bytes read, of how many. */
const READING = (value: number, progress: number, total: number | null): string =>
  total === null
    ? `reading: ${formatBytes(value)}`
    : `reading ${bar(progress)} ${percent(progress)} of ${formatBytes(total)}`;

/** Values that no longer stand against an answer, of how many at first. */
export const WAITING = (value: number, progress: number, total: number | null): string =>
  `waiting ${bar(progress)} ${(total ?? 0) - value} of ${total ?? 0} left`;

/** What a progress bar needs to know. */
export interface ProgressOptions {
  /** Bytes to read in all; null where that can't be told: the bar is a counter then. */
  readonly total: number | null;
  /** What stands in the line; `READING` when left out. */
  readonly words?: typeof READING;
  /** Standard error, except in tests. */
  readonly stream: WriteStream;
  /** Milliseconds of a clock; `Date.now` when left out. */
  readonly now?: () => number;
}

/** A progress bar: on a terminal only, after one second only, gone at the end. Elsewhere it does nothing. */
export function startProgress({ total, stream, words = READING, now = Date.now }: ProgressOptions): Progress {
  if (stream.isTTY !== true) return { advance() {}, stop() {} };
  const startedAt = now();
  let bar: SingleBar | null = null;
  let isStopped = false;
  return {
    advance(bytesRead) {
      if (isStopped) return;
      if (bar === null) {
        if (now() - startedAt < QUIET_TIME) return;
        bar = newBar(stream, total, words);
        bar.start(total ?? 0, bytesRead);
      } else {
        bar.update(bytesRead);
      }
    },
    stop() {
      isStopped = true;
      bar?.stop();
      bar = null;
    },
  };
}

function newBar(stream: WriteStream, total: number | null, words: typeof READING): SingleBar {
  return new SingleBar({
    stream,
    format: (_options, { value, progress }) => words(value, progress, total),
    clearOnComplete: true,
    // The terminal is left as it is, so that a run that is cut off leaves nothing to put right.
    hideCursor: null,
    linewrap: true,
    gracefulExit: false,
  });
}

function bar(progress: number): string {
  const done = Math.round(Math.min(1, progress) * BAR_WIDTH);
  return "█".repeat(done) + "░".repeat(BAR_WIDTH - done);
}

function percent(progress: number): string {
  return `${Math.floor(Math.min(1, progress) * 100)}%`.padStart(4);
}
