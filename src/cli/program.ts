import { Command, Help, Option } from "commander";
import { addDiffCommand, addMergeCommand } from "./comparison-commands.ts";
import { PROGRAM, type SpeechFlags } from "./environment.ts";
import { addExplainCommand } from "./explain-command.ts";
import { addLintConfigCommand } from "./lint-config-command.ts";
import { addScanCommand } from "./scan-command.ts";
import { addSpeechFlags, EXIT_CODES, listening } from "./shared-flags.ts";
import { addVerifyRotationCommand } from "./verify-rotation-command.ts";

/** The command line. `onExitCode` is told what the process is to exit with. */
export function program(version: string, onExitCode: (exitCode: number) => void): Command {
  const root = new Command(PROGRAM)
    .description(
      "Tells from the stored bytes whether a Kubernetes cluster's secrets are encrypted at rest, and what is not.",
    )
    .version(version)
    .showSuggestionAfterError()
    .configureHelp({ optionDescription: (option) => HELP.optionDescription(withoutEmptyDefault(option)) })
    .addHelpText("after", EXIT_CODES);
  addScanCommand(root, onExitCode);
  addExplainCommand(root, onExitCode);
  addVerifyRotationCommand(root, onExitCode);
  addLintConfigCommand(root, onExitCode);
  addDiffCommand(root, onExitCode);
  addMergeCommand(root, onExitCode);
  addSpeechFlags(root.command("demo"))
    .description("scan the sample snapshot that ships in the package")
    .action(async (flags: SpeechFlags) => {
      const { demo } = await import("../commands/demo.ts");
      onExitCode(await demo(listening(flags)));
    });
  return root;
}

const HELP = new Help();

/** That a flag is not given by default goes without saying. */
function withoutEmptyDefault(option: Option): Option {
  const { defaultValue, defaultValueDescription } = option;
  const isEmpty =
    defaultValue === false ||
    (typeof defaultValue === "object" && defaultValue !== null && Object.keys(defaultValue).length === 0);
  if (!isEmpty || defaultValueDescription !== undefined) return option;
  const { flags, description, argChoices, envVar } = option;
  return Object.assign(new Option(flags, description), { argChoices, envVar });
}
