import { type Command, Option } from "commander";
import type { ReportTarget } from "../commands/report-target.ts";
import { addConnectionFlags } from "./connection-flags.ts";
import type { SpeechFlags } from "./environment.ts";
import { etcdKey } from "./etcd-key.ts";
import { positiveInteger, reportTarget } from "./option-values.ts";
import { addSpeechFlags, fileOnly, type LiveFlags, listening, liveOptions, targetsOf } from "./shared-flags.ts";

interface ExplainFlags extends SpeechFlags, LiveFlags {
  readonly history?: boolean;
  readonly residue?: boolean;
  readonly output: readonly ReportTarget[];
}

const EXPLAIN_EXIT_CODES = `
Exit codes:
  0  writes to the key were found, and everything was seen
  2  the command line or the source can't be used
  3  no write to the key was found, or not everything was seen
  130 interrupted, 141 the reader of a pipe went away`;

/** Adds `explain`. */
export function addExplainCommand(root: Command, onExitCode: (exitCode: number) => void): void {
  addConnectionFlags(addSpeechFlags(root.command("explain")))
    .description("The history of one key: each revision that can still be read, and how each is protected")
    .argument("<etcd-key>", "as etcd stores it, such as /registry/secrets/NAMESPACE/NAME; or base64:...", etcdKey)
    .argument("[path]", "a snapshot, a member's db file or data directory; without one a live etcd is read")
    .addOption(new Option("--history", "superseded revisions too, however many").default(undefined))
    .option("--no-history", "leave superseded revisions out")
    .option("--revision <n>", "pin a live reading to this revision", positiveInteger)
    .option("--serializable", "read what one member has applied, without a quorum", false)
    .option("--residue", "freed pages too, and of files the tail and the WAL")
    .option("--no-residue", "leave freed pages, the file's tail and the WAL out")
    .option("-o, --output <format[=file]>", "table or json; repeatable", reportTarget, [])
    .addHelpText("after", EXPLAIN_EXIT_CODES)
    .action(async (key: Uint8Array, path: string | undefined, flags: ExplainFlags, command: Command) =>
      onExitCode(await runExplain(key, path, flags, command)),
    );
}

async function runExplain(
  key: Uint8Array,
  path: string | undefined,
  flags: ExplainFlags,
  command: Command,
): Promise<number> {
  const { history, residue, output } = flags;
  const { explain } = await import("../commands/explain.ts");
  return explain(
    {
      explain: {
        key,
        ...(path === undefined ? { live: await liveOptions(flags) } : { path: fileOnly(path, command) }),
        ...(history === undefined ? {} : { history }),
        ...(residue === undefined ? {} : { residue }),
      },
      targets: targetsOf(output),
    },
    listening(flags),
  );
}
