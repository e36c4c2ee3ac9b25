import type { SourceOverview } from "../judge/source-check.ts";
import { COMPACT_REVISION_FOLDER } from "../kubernetes/compact-revision-key.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import { type Scope, SECRETS } from "../scope/scope.ts";
import type { SourceTally } from "./source-tally.ts";

/** Sums up a source for the checks of a whole source. */
export function overviewOf(facts: SourceFacts, scope: Scope, tally: SourceTally): SourceOverview {
  const { aboveCompactRevision, belowCompactRevision } = tally.history;
  return {
    facts,
    recordsUnderPrefixes: scope.recordsOf((_, prefix) => prefix !== null),
    secretRecords: scope.recordsOf((resource) => resource === SECRETS),
    compactRevisionKeyRecords: scope.recordsOf((resource) => resource === COMPACT_REVISION_FOLDER.resource),
    supersededRevisions: aboveCompactRevision + belowCompactRevision,
    unlooked: scope.unlookedPrefixes(),
  };
}
