import { type Command, Option } from "commander";
import type { ReportTarget } from "../commands/report-target.ts";
import { AuditError } from "../errors.ts";
import { addConfigurationFlags, apiServerFlags, type ConfigurationFlags } from "./configuration-flags.ts";
import { addConnectionFlags } from "./connection-flags.ts";
import { durationMilliseconds } from "./duration.ts";
import type { SpeechFlags } from "./environment.ts";
import { repeated, reportTarget, someText } from "./option-values.ts";
import { addSpeechFlags, type LiveFlags, listening, liveOptions, targetsOf } from "./shared-flags.ts";

interface RotationFlags extends SpeechFlags, LiveFlags, ConfigurationFlags {
  readonly retire?: string;
  readonly next?: string;
  readonly currentKmsKey: readonly string[];
  readonly kmsStatus: boolean;
  readonly destroy: boolean;
  readonly wait?: number;
  readonly residue?: boolean;
  readonly cluster?: string;
  readonly output: readonly ReportTarget[];
}

/** Flags of a scan that would leave something out, or move the exit code away from the answer. */
const NARROWING = [
  ["--resource <name>", "resource"],
  ["--all-resources", "allResources"],
  ["--namespace <ns>", "namespace"],
  ["--no-history", "history"],
  ["--revision <n>", "revision"],
  ["--baseline <file>", "baseline"],
  ["--level <kind=level>", "level"],
  ["--fail-on <level>", "failOn"],
] as const;

const EXIT_CODES = `
Exit codes:
  0  SAFE
  1  NOT SAFE, or NOT SAFE YET: only superseded revisions stand against it
  2  the command line, a configuration or a source can't be used, or nobody knows the key
  3  UNKNOWN: not all was seen
  130 interrupted, 141 the reader of a pipe went away`;

/** Adds `verify-rotation`. */
export function addVerifyRotationCommand(root: Command, onExitCode: (exitCode: number) => void): void {
  const command = addConfigurationFlags(addConnectionFlags(addSpeechFlags(root.command("verify-rotation"))))
    .description("May this key be removed now, may it be destroyed, or may this configuration be put in force?")
    .argument("[path...]", "snapshots, databases or data directories: backups, or what stands for the cluster")
    .option("--retire <key>", "the key that is to go: PROVIDER/NAME[@ID]", someText)
    .option("--next <file>", "the EncryptionConfiguration that is to be put in force", someText)
    .option("--destroy", "the exit code says whether the key may be destroyed: every backup named counts too", false)
    .addOption(
      new Option("--wait <duration>", "ask again until it is safe, for so long").argParser(durationMilliseconds),
    )
    .option("--current-kms-key <key@id>", "the KMS key in force, as in kms-v2/NAME@KEY-ID; repeatable", repeated, [])
    .option("--kms-status", "ask the KMS plugins of the configuration for the key in force", false)
    .option("--serializable", "read what one member has applied, without a quorum", false)
    .option("--residue", "count freed pages too, and of files the tail and the WAL")
    .option("--no-residue", "leave them out")
    .option("--cluster <name>", "a name for the report", someText)
    .option("-o, --output <format[=file]>", "any format of scan that lists no values; repeatable", reportTarget, [])
    .addHelpText("after", EXIT_CODES)
    .action(async (paths: readonly string[], flags: RotationFlags, given: Command) =>
      onExitCode(await runVerifyRotation(paths, flags, given)),
    );
  for (const [flag] of NARROWING) command.addOption(new Option(flag).hideHelp());
}

async function runVerifyRotation(paths: readonly string[], given: RotationFlags, command: Command): Promise<number> {
  refuseNarrowing(command);
  const question = questionOf(given);
  if (question.kind === "next" && (given.kmsStatus || given.currentKmsKey.length > 0)) {
    throw new AuditError("USAGE", "the KMS key in force says nothing of --next: KMS values are told by their names", {
      nextStep: "leave --current-kms-key and --kms-status out",
    });
  }
  const isLiveNamed = command.getOptionValueSource("endpoints") === "cli";
  const hasLive = paths.length === 0 || isLiveNamed;
  const { flags, configurations, elsewhere } = await apiServerFlags(given, hasLive ? undefined : paths[0], command);
  const { prefix, cluster, residue, decrypt, destroy, wait, output } = flags;
  const { answerRotation } = await import("../commands/verify-rotation.ts");
  return answerRotation(
    {
      rotation: {
        question,
        paths,
        ...(hasLive ? { live: await liveOptions(flags) } : {}),
        configurations,
        elsewhere,
        decrypt,
        currentKmsKeys: flags.currentKmsKey,
        kmsStatus: flags.kmsStatus,
        prefixes: prefix,
        destroys: destroy,
        cluster: cluster ?? null,
        ...(residue === undefined ? {} : { residue }),
      },
      wait: wait ?? null,
      targets: targetsOf(output),
    },
    listening(flags),
  );
}

/**
 * @throws AuditError USAGE
 */
function refuseNarrowing(command: Command): void {
  const found = NARROWING.find(([, name]) => command.getOptionValueSource(name) === "cli");
  if (found === undefined) return;
  throw new AuditError(
    "USAGE",
    `verify-rotation looks at every key and revision; ${found[0].split(" ")[0]} does not go with it`,
    {
      nextStep: "leave it out",
    },
  );
}

function questionOf({ retire, next, destroy }: RotationFlags) {
  if (retire !== undefined && next === undefined) return { kind: "retire", key: retire } as const;
  if (next === undefined || retire !== undefined) {
    throw new AuditError("USAGE", "verify-rotation is asked one thing: --retire KEY, or --next FILE", {
      nextStep: "give one of the two",
    });
  }
  if (!destroy) return { kind: "next", path: next } as const;
  throw new AuditError("USAGE", "--destroy goes with --retire: a configuration is not destroyed", {
    nextStep: "leave it out",
  });
}
