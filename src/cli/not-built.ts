import { AuditError } from "../errors.ts";

/** Commands of the contract that this version does not have yet. */
const COMMANDS: readonly string[] = [];

/** Flags of the contract that this version does not have yet. */
const FLAGS: readonly string[] = ["--current-kms-key", "--kms-status", "--kms-decrypt"];

/**
 * Refuses what is promised but not there: it must never be ignored.
 * @throws AuditError NOT_BUILT
 */
export function refuseNotBuilt(words: readonly string[]): void {
  const [command] = words.filter((word) => !word.startsWith("-"));
  if (command !== undefined && words[0] === command && COMMANDS.includes(command)) {
    throw new AuditError("NOT_BUILT", `the command ${command} is not built yet`, {
      nextStep: "use one of those that --help lists",
    });
  }
  const end = words.indexOf("--");
  for (const word of end === -1 ? words : words.slice(0, end)) {
    const flag = word.split("=", 1)[0] ?? word;
    if (!FLAGS.includes(flag)) continue;
    throw new AuditError("NOT_BUILT", `the flag ${flag} is not built yet`, { nextStep: "leave it out; see --help" });
  }
}
