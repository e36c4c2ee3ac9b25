import type { Command } from "commander";
import type { ReportTarget } from "../commands/report-target.ts";
import type { Level } from "../model/finding.ts";
import type { SpeechFlags } from "./environment.ts";
import { failOnLevel, reportTarget, someText } from "./option-values.ts";
import { addSpeechFlags, listening, targetsOf } from "./shared-flags.ts";

const DIFF_EXIT_CODES = `
Exit codes:
  0  nothing new, whatever was fixed
  1  there are new findings
  2  a report can't be read to its end, or the two can't be compared
  3  the newer report is incomplete: nothing may be concluded from what it lacks
  141 the reader of a pipe went away`;

const MERGE_EXIT_CODES = `
Exit codes: the worst of 2 > 3 > 1 > 0
  0  every report says 0
  1  a report says 1
  3  a report is incomplete
  2  a report can't be read; it is named, and the others are merged all the same
  141 the reader of a pipe went away`;

interface DiffFlags extends SpeechFlags {
  readonly output: readonly ReportTarget[];
  readonly failOn: Level;
}

interface MergeFlags extends SpeechFlags {
  readonly output: readonly ReportTarget[];
  readonly cluster?: string;
}

/** Adds `diff`. */
export function addDiffCommand(root: Command, onExitCode: (exitCode: number) => void): void {
  addSpeechFlags(root.command("diff"))
    .description("What changed between two JSON reports: fixed, new, remaining")
    .argument("<old.json>", "the older report, made with -o json=FILE")
    .argument("<new.json>", "the newer report, of the same command")
    .option("-o, --output <format[=file]>", "table, json or markdown; repeatable", reportTarget, [])
    .option(
      "--fail-on <level>",
      "the lowest level at which a new finding counts: error, warning or note",
      failOnLevel,
      "note",
    )
    .addHelpText("after", DIFF_EXIT_CODES)
    .action(async (older: string, newer: string, { output, failOn, ...flags }: DiffFlags) => {
      const { diff } = await import("../commands/diff.ts");
      onExitCode(await diff({ compare: { older, newer, failOn }, targets: targetsOf(output) }, listening(flags)));
    });
}

/** Adds `merge`. */
export function addMergeCommand(root: Command, onExitCode: (exitCode: number) => void): void {
  addSpeechFlags(root.command("merge"))
    .description("One fleet report out of many clusters' reports")
    .argument("<report.json...>", "reports made with -o json=FILE, one for each cluster")
    .option("--cluster <name>", "a name for the whole", someText)
    .option("-o, --output <format[=file]>", "a format of scan that lists no values; repeatable", reportTarget, [])
    .addHelpText("after", MERGE_EXIT_CODES)
    .action(async (paths: readonly string[], { output, cluster, ...flags }: MergeFlags) => {
      const { merge } = await import("../commands/merge.ts");
      onExitCode(
        await merge({ merge: { paths, cluster: cluster ?? null }, targets: targetsOf(output) }, listening(flags)),
      );
    });
}
