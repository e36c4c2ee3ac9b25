import { Command } from "commander";
import { demo } from "../commands/demo.ts";
import type { ReportTarget } from "../commands/report-target.ts";
import { scan } from "../commands/scan.ts";
import { AuditError } from "../errors.ts";
import type { FindingKind, Level, PolicyLevel } from "../model/finding.ts";
import { FORMATS, isBuilt } from "../report/index.ts";
import { PROGRAM, ProcessEnvironment, type SpeechFlags } from "./environment.ts";
import { failOnLevel, findingLevel, repeated, reportTarget, resourceName } from "./option-values.ts";

interface ScanFlags extends SpeechFlags {
  readonly prefix: readonly string[];
  readonly resource: readonly string[];
  readonly allResources: boolean;
  readonly namespace: readonly string[];
  readonly history: boolean;
  readonly cluster?: string;
  readonly output: readonly ReportTarget[];
  readonly level: ReadonlyMap<FindingKind, PolicyLevel>;
  readonly failOn: Level;
}

const EXIT_CODES = `
Exit codes:
  0  everything was seen, and nothing reached the --fail-on level
  1  everything was seen, and something did
  2  the command line or the source can't be used: nothing was scanned
  3  not everything was seen: nothing may be concluded
  130 interrupted, 141 the reader of a pipe went away`;

/** The command line. `onExitCode` is told what the process is to exit with. */
export function program(version: string, onExitCode: (exitCode: number) => void): Command {
  const root = new Command(PROGRAM)
    .description(
      "Tells from the stored bytes whether a Kubernetes cluster's secrets are encrypted at rest, and what is not.",
    )
    .version(version)
    .showSuggestionAfterError()
    .addHelpText("after", EXIT_CODES);
  speech(root.command("scan"))
    .description("What is stored here, under which provider and key, and what must still be encrypted?")
    .argument("[path]", "an etcd snapshot or a member's db file, plain or gzip; - reads standard input")
    .option("--prefix <path>", "the API server's --etcd-prefix; repeatable", repeated, [])
    .option("--resource <name[.group]>", "audit this resource besides secrets; repeatable", resourceName, [])
    .option("--all-resources", "count and list everything under the prefix; findings stay as they are", false)
    .option("--namespace <ns>", "only this namespace; repeatable", repeated, [])
    .option("--no-history", "leave superseded revisions out")
    .option("--no-residue", "leave freed pages, the file's tail and the WAL out (they are not read yet)")
    .option("--cluster <name>", "a name for the report")
    .option("-o, --output <format[=file]>", `${FORMATS.filter(isBuilt).join(", ")}; repeatable`, reportTarget, [])
    .option<ReadonlyMap<FindingKind, PolicyLevel>>(
      "--level <kind=level>",
      "off, note, warning or error for a kind of finding; repeatable",
      findingLevel,
      new Map(),
    )
    .option("--fail-on <level>", "error, warning or note", failOnLevel, "error")
    .addHelpText("after", EXIT_CODES)
    .action(async (path: string | undefined, flags: ScanFlags) => onExitCode(await runScan(path, flags)));
  speech(root.command("demo"))
    .description("scan the sample snapshot that ships in the package")
    .action(async (flags: SpeechFlags) => onExitCode(await demo(listening(flags))));
  return root;
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

function runScan(path: string | undefined, flags: ScanFlags): Promise<number> {
  if (path === undefined) {
    throw new AuditError("NOT_BUILT", "scanning a live etcd is not built yet", { nextStep: "name a snapshot file" });
  }
  const { prefix, resource, allResources, namespace, history, cluster, output, level, failOn } = flags;
  return scan(
    {
      audit: {
        path,
        scope: { prefixes: prefix, resources: resource, allResources, namespaces: namespace },
        policy: { failOn, levels: level },
        cluster: cluster ?? null,
        history,
      },
      targets: output.length > 0 ? output : [{ format: "table", file: null }],
    },
    listening(flags),
  );
}
