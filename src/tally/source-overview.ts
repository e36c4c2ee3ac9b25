import type { SourceOverview } from "../judge/source-check.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import { type Scope, SECRETS } from "../scope/scope.ts";
import type { SourceTally } from "./source-tally.ts";

const COMPACT_REVISION_KEY = "compact_rev_key";

/** Sums up a source for the checks of a whole source. */
export function overviewOf(facts: SourceFacts, scope: Scope, tally: SourceTally): SourceOverview {
  const { aboveCompactRevision, belowCompactRevision } = tally.history;
  return {
    facts,
    recordsUnderPrefixes: recordsOf(scope, (_, prefix) => prefix !== null),
    secretRecords: recordsOf(scope, (resource) => resource === SECRETS),
    compactRevisionKeyRecords: recordsOf(scope, (resource) => resource === COMPACT_REVISION_KEY),
    supersededRevisions: aboveCompactRevision + belowCompactRevision,
    unlooked: scope.folders.flatMap((folder, index) => {
      const keys = scope.recordsIn[index] ?? 0;
      return folder.kind === "unlooked" && keys > 0
        ? [{ prefix: folder.prefix, keys, exampleKey: folder.exampleKey }]
        : [];
    }),
  };
}

/** How many records lie in folders of resources that `holds` accepts. */
export function recordsOf(scope: Scope, holds: (resource: string, prefix: string | null) => boolean): number {
  let records = 0;
  for (const [index, folder] of scope.folders.entries()) {
    if (folder.kind === "resource" && holds(folder.registry.resource, folder.prefix))
      records += scope.recordsIn[index] ?? 0;
  }
  return records;
}
