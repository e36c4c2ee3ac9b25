import { Command, Option } from "commander";
import type { ReportTarget } from "../commands/report-target.ts";
import { scan } from "../commands/scan.ts";
import { AuditError } from "../errors.ts";
import type { FindingKind, Level, PolicyLevel } from "../model/finding.ts";
import type { LiveOptions } from "../model/live-options.ts";
import { FORMATS, isBuilt } from "../report/index.ts";
import { addConnectionFlags, type ConnectionFlags, connectionOptions } from "./connection-flags.ts";
import { PROGRAM, ProcessEnvironment, type SpeechFlags } from "./environment.ts";
import { etcdKey } from "./etcd-key.ts";
import {
  failOnLevel,
  findingLevel,
  positiveInteger,
  repeated,
  reportTarget,
  resourceName,
  someText,
} from "./option-values.ts";

interface ScanFlags extends SpeechFlags, ConnectionFlags {
  readonly prefix: readonly string[];
  readonly resource: readonly string[];
  readonly allResources: boolean;
  readonly namespace: readonly string[];
  readonly history?: boolean;
  readonly residue?: boolean;
  readonly revision?: number;
  readonly serializable: boolean;
  readonly cluster?: string;
  readonly output: readonly ReportTarget[];
  readonly level: ReadonlyMap<FindingKind, PolicyLevel>;
  readonly failOn: Level;
}

type ExplainFlags = Pick<ScanFlags, "history" | "residue" | "revision" | "serializable" | "output"> &
  SpeechFlags &
  ConnectionFlags;

interface LintFlags extends SpeechFlags {
  readonly cluster?: string;
  readonly output: readonly ReportTarget[];
  readonly level: ReadonlyMap<FindingKind, PolicyLevel>;
  readonly failOn: Level;
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
] as const satisfies readonly (keyof ScanFlags)[];

const EXIT_CODES = `
Exit codes:
  0  everything was seen, and nothing reached the --fail-on level
  1  everything was seen, and something did
  2  the command line or the source can't be used: nothing was scanned
  3  not everything was seen: nothing may be concluded
  130 interrupted, 141 the reader of a pipe went away`;

const EXPLAIN_EXIT_CODES = `
Exit codes:
  0  writes to the key were found, and everything was seen
  2  the command line or the source can't be used
  3  no write to the key was found, or not everything was seen
  130 interrupted, 141 the reader of a pipe went away`;

const LINT_EXIT_CODES = `
Exit codes:
  0  nothing reached the --fail-on level
  1  something did; a configuration that the API server refuses is an error
  2  the command line or a file can't be used
  141 the reader of a pipe went away`;

/** The command line. `onExitCode` is told what the process is to exit with. */
export function program(version: string, onExitCode: (exitCode: number) => void): Command {
  const root = new Command(PROGRAM)
    .description(
      "Tells from the stored bytes whether a Kubernetes cluster's secrets are encrypted at rest, and what is not.",
    )
    .version(version)
    .showSuggestionAfterError()
    .addHelpText("after", EXIT_CODES);
  addConnectionFlags(policy(speech(root.command("scan"))))
    .description("What is stored here, under which provider and key, and what must still be encrypted?")
    .argument(
      "[path]",
      "an etcd snapshot or a member's db file, plain or gzip; - reads standard input; without one a live etcd is read",
    )
    .option("--prefix <path>", "the API server's --etcd-prefix; repeatable", repeated, [])
    .option("--resource <name[.group]>", "audit this resource besides secrets; repeatable", resourceName, [])
    .option("--all-resources", "count and list everything under the prefix; findings stay as they are", false)
    .option("--namespace <ns>", "only this namespace; repeatable", repeated, [])
    .addOption(new Option("--history", "superseded revisions too, however many").default(undefined))
    .option("--no-history", "leave superseded revisions out")
    .option("--revision <n>", "pin a live scan to this revision", positiveInteger)
    .option("--serializable", "read what one member has applied, without a quorum", false)
    .option("--residue", "freed pages, the file's tail and the WAL too")
    .option("--no-residue", "leave freed pages, the file's tail and the WAL out")
    .option("--cluster <name>", "a name for the report", someText)
    .option("-o, --output <format[=file]>", `${FORMATS.filter(isBuilt).join(", ")}; repeatable`, reportTarget, [])
    .addHelpText("after", EXIT_CODES)
    .action(async (path: string | undefined, flags: ScanFlags, command: Command) =>
      onExitCode(await runScan(path, flags, command)),
    );
  addConnectionFlags(speech(root.command("explain")))
    .description("The history of one key: each revision that can still be read, and how each is protected")
    .argument("<etcd-key>", "as etcd stores it, such as /registry/secrets/NAMESPACE/NAME; or base64:...", etcdKey)
    .argument("[path]", "a snapshot, a member's db file or data directory; without one a live etcd is read")
    .addOption(new Option("--history", "superseded revisions too, however many").default(undefined))
    .option("--no-history", "leave superseded revisions out")
    .option("--revision <n>", "pin a live reading to this revision", positiveInteger)
    .option("--serializable", "read what one member has applied, without a quorum", false)
    .option("--residue", "freed pages, the file's tail and the WAL too")
    .option("--no-residue", "leave freed pages, the file's tail and the WAL out")
    .option("-o, --output <format[=file]>", "table or json; repeatable", reportTarget, [])
    .addHelpText("after", EXPLAIN_EXIT_CODES)
    .action(async (key: Uint8Array, path: string | undefined, flags: ExplainFlags, command: Command) =>
      onExitCode(await runExplain(key, path, flags, command)),
    );
  policy(speech(root.command("lint-config")))
    .description("Is this EncryptionConfiguration sound, before any data is looked at?")
    .argument("<file...>", "configurations, one for each API server; - reads standard input")
    .option("--cluster <name>", "a name for the report", someText)
    .option("-o, --output <format[=file]>", "table, json or csv; repeatable", reportTarget, [])
    .addHelpText("after", LINT_EXIT_CODES)
    .action(async (paths: readonly string[], { cluster, output, level, failOn, ...flags }: LintFlags) => {
      const audit = { paths, policy: { failOn, levels: level }, cluster: cluster ?? null };
      const { lintConfig } = await import("../commands/lint-config.ts");
      onExitCode(await lintConfig({ audit, targets: targetsOf(output) }, listening(flags)));
    });
  speech(root.command("demo"))
    .description("scan the sample snapshot that ships in the package")
    .action(async (flags: SpeechFlags) => {
      const { demo } = await import("../commands/demo.ts");
      onExitCode(await demo(listening(flags)));
    });
  return root;
}

/** Adds the flags that turn findings into an exit code. */
function policy(command: Command): Command {
  return command
    .option<ReadonlyMap<FindingKind, PolicyLevel>>(
      "--level <kind=level>",
      "off, note, warning or error for a kind of finding; repeatable",
      findingLevel,
      new Map(),
    )
    .option("--fail-on <level>", "error, warning or note", failOnLevel, "error");
}

function targetsOf(output: readonly ReportTarget[]): readonly ReportTarget[] {
  return output.length > 0 ? output : [{ format: "table", file: null }];
}

function speech(command: Command): Command {
  return command
    .option("--quiet", "no progress and no messages on standard error", false)
    .option("--no-color", "no colours (as with NO_COLOR)")
    .option("--debug", "stack traces of errors", false);
}

function listening(flags: SpeechFlags): ProcessEnvironment {
  const environment = new ProcessEnvironment(flags);
  environment.listenForInterruption();
  return environment;
}

async function runScan(path: string | undefined, flags: ScanFlags, command: Command): Promise<number> {
  const { prefix, resource, allResources, namespace, history, residue, cluster, output, level, failOn } = flags;
  return scan(
    {
      audit: {
        ...(path === undefined ? { live: await liveOptions(flags) } : { path: fileOnly(path, command) }),
        scope: { prefixes: prefix, resources: resource, allResources, namespaces: namespace },
        policy: { failOn, levels: level },
        cluster: cluster ?? null,
        ...(history === undefined ? {} : { history }),
        ...(residue === undefined ? {} : { residue }),
      },
      targets: targetsOf(output),
    },
    listening(flags),
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

async function liveOptions(
  flags: ConnectionFlags & Pick<ScanFlags, "revision" | "serializable">,
): Promise<LiveOptions> {
  const connection = await connectionOptions(flags);
  return { connection, revision: flags.revision ?? null, serializable: flags.serializable };
}

/**
 * A file and flags of a live etcd don't go together: one of them would be ignored.
 * @throws AuditError USAGE
 */
function fileOnly(path: string, command: Command): string {
  const flag = LIVE_FLAGS.find((name) => command.getOptionValueSource(name) === "cli");
  if (flag === undefined) return path;
  const dashed = flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new AuditError("USAGE", `--${dashed} goes with a live etcd, and ${path} is a file`, {
    nextStep: "name the file or the endpoints",
  });
}
