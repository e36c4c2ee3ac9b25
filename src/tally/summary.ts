import type { Classifier } from "../classify/classifier.ts";
import type { Policy, ResourceUse, Summary } from "../model/audit-result.ts";
import type { Scope } from "../scope/scope.ts";
import { classText, compareText, countStates, stateCounts } from "./counts.ts";
import type { FindingCounts } from "./finding-counts.ts";
import { countedNamespaces } from "./namespace-counts.ts";
import type { SourceTally } from "./source-tally.ts";

/** Counts of all values that one source gave, and of the findings about it. */
export function summaryOf(
  scope: Scope,
  tally: SourceTally,
  classifier: Classifier,
  findings: FindingCounts,
  policy: Policy,
): Summary {
  const { classes } = classifier;
  const keys = tally.counts.keyUses(
    (id) => classes.settled(id),
    (id) => classes.valueClass(id),
  );
  return {
    areas: {
      head: stateCounts(keys, "head"),
      history: stateCounts(keys, "history"),
      residue: stateCounts(keys, "residue"),
      wal: stateCounts(keys, "wal"),
    },
    keys,
    resources: resourceUses(scope, tally, classifier),
    namespaces: countedNamespaces(tally.engine),
    findings: { byLevel: findings.levels(policy), byKind: findings.kinds() },
    history: tally.history,
  };
}

/** Live values by resource, those of all prefixes together; of audited resources even where there are none. */
function resourceUses(scope: Scope, tally: SourceTally, { classes }: Classifier): readonly ResourceUse[] {
  const uses = new Map<string, { audited: boolean; byClass: Map<number, number> }>();
  for (const resource of scope.auditedResources) uses.set(resource, { audited: true, byClass: new Map() });
  for (const [index, live] of tally.liveInFolder()) {
    const folder = scope.folders[index];
    if (folder?.kind !== "resource") continue;
    const { resource } = folder.registry;
    const use = uses.get(resource) ?? { audited: folder.audited, byClass: new Map<number, number>() };
    uses.set(resource, use);
    for (const [id, count] of live) {
      const settled = classes.settled(id);
      use.byClass.set(settled, (use.byClass.get(settled) ?? 0) + count);
    }
  }
  return [...uses]
    .sort(([a], [b]) => compareText(a, b))
    .map(([resource, { audited, byClass }]) => {
      const list = [...byClass]
        .map(([id, count]) => ({ valueClass: classes.valueClass(id), count }))
        .sort((a, b) => b.count - a.count || compareText(classText(a.valueClass), classText(b.valueClass)));
      return { resource, audited, counts: countStates(list), classes: list };
    });
}
