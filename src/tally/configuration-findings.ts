import { levelUnder } from "../judge/policy.ts";
import type { Policy } from "../model/audit-result.ts";
import { type ConfigurationDetail, DEFAULT_LEVELS, type Finding, type FindingKind } from "../model/finding.ts";
import type { FindingCounts } from "./finding-counts.ts";

/** A place in a configuration that is a finding. */
export interface ConfigurationFound {
  readonly kind: FindingKind;
  readonly detail: ConfigurationDetail;
}

/** What was found in configurations, as findings; counted by their default levels. */
export function configurationFindings(
  found: readonly ConfigurationFound[],
  policy: Policy,
  counts: FindingCounts,
): readonly Finding[] {
  return found.map(({ kind, detail }) => {
    counts.add(kind, DEFAULT_LEVELS[kind]);
    return { kind, level: levelUnder(policy, kind), source: null, subject: { kind: "configuration", detail } };
  });
}
