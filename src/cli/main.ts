#!/usr/bin/env node
import { readFile } from "node:fs/promises";
import { CommanderError } from "commander";
import { AuditError } from "../errors.ts";
import { EXIT_INTERRUPTED, EXIT_PIPE_CLOSED, EXIT_UNUSABLE } from "../model/exit-code.ts";
import { escapeForTerminal } from "../report/escape.ts";
import { now } from "../run-facts.ts";
import { PROGRAM } from "./environment.ts";
import { tellMetricsOfFailure } from "./failure-metrics.ts";
import { program } from "./program.ts";

const words = process.argv.slice(2);
const startedAt = now();

// Without a listener a failed write ends the process with a stack trace.
process.stderr.on("error", () => undefined);
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exitCode = error.code === "EPIPE" ? EXIT_PIPE_CLOSED : EXIT_UNUSABLE;
});

try {
  const { version }: { version: string } = JSON.parse(
    await readFile(new URL("../../package.json", import.meta.url), "utf8"),
  );
  const root = program(version, (exitCode) => {
    process.exitCode = exitCode;
  });
  for (const command of [root, ...root.commands]) command.exitOverride().configureOutput({ writeErr: () => undefined });
  await root.parseAsync(words, { from: "user" });
} catch (error) {
  process.exitCode = exitCodeOf(error);
  const line = lineOf(error);
  if (line !== null) process.stderr.write(`${PROGRAM}: ${escapeForTerminal(line)}\n`);
  if (process.exitCode !== 0) await tellMetricsOfFailure(words, process.exitCode, startedAt);
  if (words.includes("--debug") && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  return error instanceof AuditError && error.code === "INTERRUPTED" ? EXIT_INTERRUPTED : EXIT_UNUSABLE;
}

/** What failed and what to do next, in one line; null when commander has printed help or the version. */
function lineOf(error: unknown): string | null {
  if (error instanceof AuditError) {
    return error.nextStep === undefined ? error.message : `${error.message}; ${error.nextStep}`;
  }
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return null;
    const isHelp = error.code === "commander.help";
    return isHelp
      ? "no command; see --help"
      : `${error.message
          .replace(/^error: /, "")
          .replace(/ is invalid\. /, " is invalid: ")
          .replace(/\s+/g, " ")
          .trim()
          .replace(/\.$/, "")}; see --help`;
  }
  return `unexpected failure: ${error instanceof Error ? error.message : String(error)}; run with --debug and report it`;
}
