import type { FindingKind } from "../model/finding.ts";
import { VALUE_CHECKS } from "./checks/index.ts";
import type { ValueFacts } from "./value-check.ts";

/** The kinds of finding that a value with these facts is. */
export function findingsOf(facts: ValueFacts): readonly FindingKind[] {
  if (!facts.audited) return [];
  return VALUE_CHECKS.filter((check) => check.holds(facts)).map((check) => check.kind);
}
