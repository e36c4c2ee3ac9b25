import type { Classifier } from "../classify/classifier.ts";
import type { SourceOverview } from "../judge/source-check.ts";
import { COMPACT_REVISION_FOLDER } from "../kubernetes/compact-revision-key.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import { type Scope, SECRETS } from "../scope/scope.ts";
import type { SourceTally } from "./source-tally.ts";
import { writeBudgets } from "./write-budget.ts";
import { alternations, type WrittenResource } from "./write-order.ts";

/** Sums up a source for the checks of a whole source. */
export function overviewOf(
  facts: SourceFacts,
  scope: Scope,
  tally: SourceTally,
  classifier: Classifier,
): SourceOverview {
  const { aboveCompactRevision, belowCompactRevision } = tally.history;
  return {
    facts,
    recordsUnderPrefixes: scope.recordsOf((_, prefix) => prefix !== null),
    secretRecords: scope.recordsOf((resource) => resource === SECRETS),
    compactRevisionKeyRecords: scope.recordsOf((resource) => resource === COMPACT_REVISION_FOLDER.resource),
    supersededRevisions: aboveCompactRevision + belowCompactRevision,
    alternations: alternations(
      tally.engine,
      (folder) => resourceIn(scope, folder),
      (id) => classifier.classes.valueClass(classifier.classes.settled(id)),
    ),
    budgets: writeBudgets(tally.counts, tally.pass.timeline, classifier, facts.revision),
    unlooked: scope.unlookedPrefixes(),
  };
}

/** API servers that share a prefix write a resource as one; `id` tells it from that of another prefix. */
function resourceIn(scope: Scope, number: number): WrittenResource {
  const folder = scope.folders[number];
  if (folder?.kind !== "resource") return { id: "", resource: "" };
  const { resource } = folder.registry;
  return { id: `${folder.prefix} ${resource}`, resource };
}
