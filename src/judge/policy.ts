import type { Policy, Verdict } from "../model/audit-result.ts";
import { EXIT_FINDINGS, EXIT_INCOMPLETE, EXIT_INTERRUPTED, EXIT_PASS } from "../model/exit-code.ts";
import { DEFAULT_LEVELS, type FindingKind, LEVELS, type Level, type PolicyLevel } from "../model/finding.ts";

/** The level of a kind of finding under a policy. */
export function levelUnder(policy: Policy, kind: FindingKind): PolicyLevel {
  return policy.levels.get(kind) ?? DEFAULT_LEVELS[kind];
}

/** Whether a finding of this level makes a run fail. */
export function reaches(level: PolicyLevel, failOn: Level): boolean {
  return level !== "off" && LEVELS.indexOf(level) <= LEVELS.indexOf(failOn);
}

/** The verdict: from the default levels alone, and never `pass` or `fail` where something was not seen. */
export function verdictOf(isComplete: boolean, kinds: Iterable<FindingKind>): Verdict {
  if (!isComplete) return "incomplete";
  for (const kind of kinds) if (DEFAULT_LEVELS[kind] === "error") return "fail";
  return "pass";
}

/** The exit code of a finished audit. */
export function exitCodeOf(
  isComplete: boolean,
  wasInterrupted: boolean,
  kinds: Iterable<FindingKind>,
  policy: Policy,
): number {
  if (wasInterrupted) return EXIT_INTERRUPTED;
  if (!isComplete) return EXIT_INCOMPLETE;
  for (const kind of kinds) if (reaches(levelUnder(policy, kind), policy.failOn)) return EXIT_FINDINGS;
  return EXIT_PASS;
}
