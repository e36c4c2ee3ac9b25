import type { Listeners } from "../model/listeners.ts";
import type { CommandEnvironment } from "./report-target.ts";

/** The world around a command as what a reading tells things to. */
export function listenersOf(environment: CommandEnvironment): Required<Listeners> {
  return {
    signal: environment.signal,
    onProgress: (read, total) => environment.onProgress(read, total),
    onNotice: (line) => environment.notice(line),
    onDebug: (line) => environment.debug(line),
  };
}
