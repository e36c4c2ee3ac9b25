import type { Command } from "commander";
import type { ReportTarget } from "../commands/report-target.ts";
import { AuditError } from "../errors.ts";
import type { FindingKind, Level, PolicyLevel } from "../model/finding.ts";
import type { LiveOptions } from "../model/live-options.ts";
import { type ConnectionFlags, connectionOptions } from "./connection-flags.ts";
import { ProcessEnvironment, type SpeechFlags } from "./environment.ts";
import { failOnLevel, findingLevel, someText } from "./option-values.ts";

/** Flags that turn findings into an exit code. */
export interface PolicyFlags {
  readonly level: ReadonlyMap<FindingKind, PolicyLevel>;
  readonly failOn: Level;
  readonly baseline?: string;
}

/** Flags of what is read of a live etcd. */
export interface LiveFlags extends ConnectionFlags {
  readonly revision?: number;
  readonly serializable: boolean;
}

/** Flags that a file has no use for. */
const LIVE_FLAGS = [
  "endpoints",
  "cacert",
  "cert",
  "key",
  "user",
  "password",
  "passwordFile",
  "insecureSkipTlsVerify",
  "dialTimeout",
  "commandTimeout",
  "maxBytesPerSecond",
  "revision",
  "serializable",
] as const satisfies readonly (keyof LiveFlags)[];

/** How `--help` of a scan tells the exit codes. */
export const EXIT_CODES = `
Exit codes:
  0  everything was seen, and nothing reached the --fail-on level
  1  everything was seen, and something did
  2  the command line or the source can't be used: nothing was scanned
  3  not everything was seen: nothing may be concluded
  130 interrupted, 141 the reader of a pipe went away`;

/** Adds the flags that turn findings into an exit code. */
export function addPolicyFlags(command: Command): Command {
  return command
    .option<ReadonlyMap<FindingKind, PolicyLevel>>(
      "--level <kind=level>",
      "off, note, warning or error for a kind of finding; repeatable",
      findingLevel,
      new Map(),
    )
    .option("--fail-on <level>", "error, warning or note", failOnLevel, "error")
    .option("--baseline <report.json>", "findings that are in this report already don't fail the run", someText);
}

/** Adds the flags of how the program speaks. */
export function addSpeechFlags(command: Command): Command {
  return command
    .option("--quiet", "no progress and no messages on standard error", false)
    .option("--no-color", "no colours (as with NO_COLOR)")
    .option("--debug", "stack traces of errors", false);
}

/** Where reports go: a table to standard output unless told otherwise. */
export function targetsOf(output: readonly ReportTarget[]): readonly ReportTarget[] {
  return output.length > 0 ? output : [{ format: "table", file: null }];
}

/** The process, told how to speak, from now on interruptible. */
export function listening(flags: SpeechFlags): ProcessEnvironment {
  const environment = new ProcessEnvironment(flags);
  environment.listenForInterruption();
  return environment;
}

/**
 * How a live etcd is reached and read.
 * @throws AuditError USAGE
 */
export async function liveOptions(flags: LiveFlags): Promise<LiveOptions> {
  const connection = await connectionOptions(flags);
  return { connection, revision: flags.revision ?? null, serializable: flags.serializable };
}

/**
 * A file and flags of a live etcd don't go together: one of them would be ignored.
 * @throws AuditError USAGE
 */
export function fileOnly(path: string, command: Command): string {
  const flag = LIVE_FLAGS.find((name) => command.getOptionValueSource(name) === "cli");
  if (flag === undefined) return path;
  const dashed = flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new AuditError("USAGE", `--${dashed} goes with a live etcd, and ${path} is a file`, {
    nextStep: "name the file or the endpoints",
  });
}
