import { access } from "node:fs/promises";
import type { ReportOutput } from "../report/reporter.ts";
import { now } from "../run-facts.ts";
import { formerText } from "./former-text.ts";
import { deliver, METRICS_MODE, openOutputFile, openStandardOutput } from "./output-file.ts";

const COMMANDS: readonly string[] = ["scan", "verify-rotation", "lint-config"];
const FORMAT = "prometheus";

/**
 * A run that could not begin has no result, and the metrics must say so all the same: whoever watches them would see
 * the last good run for ever. Read from the words as they are, since they may be what was wrong. Overwrites nothing but
 * a file of these metrics. Never fails: what went wrong has been told already.
 */
export async function tellMetricsOfFailure(words: readonly string[], exitCode: number, startedAt: Date): Promise<void> {
  const targets = COMMANDS.includes(words[0] ?? "") ? metricsTargets(words) : [];
  if (targets.length === 0) return;
  const { failedRunText, isMetricsText } = await import("../report/prometheus-run.ts");
  const cluster = valuesOf(words, "--cluster").at(-1) ?? null;
  const run = { cluster, exitCode, isComplete: false, startedAt, finishedAt: now() };
  for (const file of targets) {
    try {
      const before = file === null ? undefined : await formerText(file);
      if (file !== null && !isMetricsText(before ?? "")) continue;
      if (file !== null && before === undefined && (await exists(file))) continue;
      const output = file === null ? openStandardOutput(process.stdout) : await openOutputFile(file, METRICS_MODE);
      await deliver(output, (out: ReportOutput) => out.write(failedRunText(run, before)));
    } catch {
      // The failure that brought us here is the one that the user is told of.
    }
  }
}

/** The files, or null for standard output, that the metrics were to go to. */
function metricsTargets(words: readonly string[]): readonly (string | null)[] {
  const values = [...valuesOf(words, "-o"), ...valuesOf(words, "--output")];
  return [...new Set(values)].flatMap((value) => {
    if (value === FORMAT) return [null];
    return value.startsWith(`${FORMAT}=`) && value.length > FORMAT.length + 1 ? [value.slice(FORMAT.length + 1)] : [];
  });
}

/** The values of a flag: the next word, or what follows in the same. */
function valuesOf(words: readonly string[], flag: string): readonly string[] {
  const end = words.indexOf("--");
  const before = end === -1 ? words : words.slice(0, end);
  const attached = flag.startsWith("--") ? `${flag}=` : flag;
  return before.flatMap((word, index) => {
    if (word === flag) return before[index + 1] ?? [];
    return word.startsWith(attached) ? [word.slice(attached.length)] : [];
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
