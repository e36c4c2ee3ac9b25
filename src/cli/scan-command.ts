import { type Command, Option } from "commander";
import type { ReportTarget } from "../commands/report-target.ts";
import { scan } from "../commands/scan.ts";
import { FORMATS } from "../report/index.ts";
import { addConfigurationFlags, apiServerFlags, type ConfigurationFlags } from "./configuration-flags.ts";
import { addConnectionFlags } from "./connection-flags.ts";
import type { SpeechFlags } from "./environment.ts";
import { positiveInteger, repeated, reportTarget, resourceName, someText } from "./option-values.ts";
import {
  addPolicyFlags,
  addSpeechFlags,
  EXIT_CODES,
  fileOnly,
  type LiveFlags,
  listening,
  liveOptions,
  type PolicyFlags,
  targetsOf,
} from "./shared-flags.ts";

interface ScanFlags extends SpeechFlags, LiveFlags, PolicyFlags, ConfigurationFlags {
  readonly resource: readonly string[];
  readonly allResources: boolean;
  readonly namespace: readonly string[];
  readonly history?: boolean;
  readonly residue?: boolean;
  readonly currentKmsKey: readonly string[];
  readonly kmsStatus: boolean;
  readonly kmsDecrypt: boolean;
  readonly cluster?: string;
  readonly output: readonly ReportTarget[];
}

/** Adds `scan`. */
export function addScanCommand(root: Command, onExitCode: (exitCode: number) => void): void {
  addConfigurationFlags(addConnectionFlags(addPolicyFlags(addSpeechFlags(root.command("scan")))))
    .description("What is stored here, under which provider and key, and what must still be encrypted?")
    .argument(
      "[path]",
      "a snapshot or a member's db file (plain or gzip), or a stopped member's data directory; - reads a snapshot from standard input; without one a live etcd is read",
    )
    .option("--resource <name[.group]>", "audit this resource besides secrets; repeatable", resourceName, [])
    .option("--all-resources", "count and list everything under the prefix; findings stay as they are", false)
    .option("--namespace <ns>", "only this namespace; repeatable", repeated, [])
    .addOption(new Option("--history", "superseded revisions too, however many").default(undefined))
    .option("--no-history", "leave superseded revisions out")
    .option("--revision <n>", "pin a live scan to this revision", positiveInteger)
    .option("--serializable", "read what one member has applied, without a quorum", false)
    .option("--residue", "freed pages too, and of files the tail and the WAL")
    .option("--no-residue", "leave freed pages, the file's tail and the WAL out")
    .option("--current-kms-key <key@id>", "the KMS key in force, as in kms-v2/NAME@KEY-ID; repeatable", repeated, [])
    .option("--kms-status", "ask the KMS plugins of the configuration for the key in force", false)
    .option("--kms-decrypt", "have the KMS plugins unwrap each data key once, and open the values in memory", false)
    .option("--cluster <name>", "a name for the report", someText)
    .option("-o, --output <format[=file]>", `${FORMATS.join(", ")}; repeatable`, reportTarget, [])
    .addHelpText("after", EXIT_CODES)
    .action(async (path: string | undefined, flags: ScanFlags, command: Command) =>
      onExitCode(await runScan(path, flags, command)),
    );
}

async function runScan(path: string | undefined, given: ScanFlags, command: Command): Promise<number> {
  const { flags, configurations, elsewhere } = await apiServerFlags(given, path, command);
  const {
    prefix,
    resource,
    allResources,
    namespace,
    history,
    residue,
    cluster,
    output,
    level,
    failOn,
    baseline,
    decrypt,
  } = flags;
  return scan(
    {
      audit: {
        ...(path === undefined ? { live: await liveOptions(flags) } : { path: fileOnly(path, command) }),
        scope: { prefixes: prefix, resources: resource, allResources, namespaces: namespace },
        policy: { failOn, levels: level },
        ...(baseline === undefined ? {} : { baseline }),
        cluster: cluster ?? null,
        configurations,
        elsewhere,
        decrypt,
        currentKmsKeys: flags.currentKmsKey,
        kmsStatus: flags.kmsStatus,
        kmsDecrypt: flags.kmsDecrypt,
        ...(history === undefined ? {} : { history }),
        ...(residue === undefined ? {} : { residue }),
      },
      targets: targetsOf(output),
    },
    listening(flags),
  );
}
