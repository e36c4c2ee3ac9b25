import type { Command } from "commander";
import type { ReportTarget } from "../commands/report-target.ts";
import type { SpeechFlags } from "./environment.ts";
import { reportTarget, someText } from "./option-values.ts";
import { addPolicyFlags, addSpeechFlags, listening, type PolicyFlags, targetsOf } from "./shared-flags.ts";

interface LintFlags extends SpeechFlags, PolicyFlags {
  readonly cluster?: string;
  readonly output: readonly ReportTarget[];
}

const LINT_EXIT_CODES = `
Exit codes:
  0  nothing reached the --fail-on level
  1  something did; a configuration that the API server refuses is an error
  2  the command line or a file can't be used
  141 the reader of a pipe went away`;

/** Adds `lint-config`. */
export function addLintConfigCommand(root: Command, onExitCode: (exitCode: number) => void): void {
  addPolicyFlags(addSpeechFlags(root.command("lint-config")))
    .description("Is this EncryptionConfiguration sound, before any data is looked at?")
    .argument("<file...>", "configurations, one for each API server; - reads standard input")
    .option("--cluster <name>", "a name for the report", someText)
    .option("-o, --output <format[=file]>", "any format of scan that lists no values; repeatable", reportTarget, [])
    .addHelpText("after", LINT_EXIT_CODES)
    .action(async (paths: readonly string[], { cluster, output, level, failOn, baseline, ...flags }: LintFlags) => {
      const audit = {
        paths,
        policy: { failOn, levels: level },
        ...(baseline === undefined ? {} : { baseline }),
        cluster: cluster ?? null,
      };
      const { lintConfig } = await import("../commands/lint-config.ts");
      onExitCode(await lintConfig({ audit, targets: targetsOf(output) }, listening(flags)));
    });
}
