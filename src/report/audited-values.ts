import type { StateCounts, Summary } from "../model/audit-result.ts";

/** How many live values the audited resources have, by state or in all. */
export function auditedValues({ resources }: Summary, state: keyof StateCounts): number {
  return resources.reduce((sum, { audited, counts }) => sum + (audited ? counts[state] : 0), 0);
}
