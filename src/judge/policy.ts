import type { Policy, Verdict } from "../model/audit-result.ts";
import { EXIT_FINDINGS, EXIT_INCOMPLETE, EXIT_INTERRUPTED, EXIT_PASS } from "../model/exit-code.ts";
import { DEFAULT_LEVELS, type FindingKind, type Level, type PolicyLevel } from "../model/finding.ts";
import { reaches } from "../model/reaches.ts";

/** Findings of one kind and default level, which differs from the kind's own where circumstances soften it. */
export interface FoundKind {
  readonly kind: FindingKind;
  readonly level: Level;
}

/** The level of a finding under a policy. */
export function levelUnder(policy: Policy, kind: FindingKind, level: Level = DEFAULT_LEVELS[kind]): PolicyLevel {
  return policy.levels.get(kind) ?? level;
}

/** The verdict: from the default levels alone, and never `pass` or `fail` where something was not seen. */
export function verdictOf(isComplete: boolean, found: readonly FoundKind[]): Verdict {
  if (!isComplete) return "incomplete";
  return found.some(({ level }) => level === "error") ? "fail" : "pass";
}

/** The exit code of a finished audit. */
export function exitCodeOf(
  isComplete: boolean,
  wasInterrupted: boolean,
  found: readonly FoundKind[],
  policy: Policy,
): number {
  if (wasInterrupted) return EXIT_INTERRUPTED;
  if (!isComplete) return EXIT_INCOMPLETE;
  const fails = found.some(({ kind, level }) => reaches(levelUnder(policy, kind, level), policy.failOn));
  return fails ? EXIT_FINDINGS : EXIT_PASS;
}
