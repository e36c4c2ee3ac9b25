import type { Classifier } from "../classify/classifier.ts";
import { levelUnder } from "../judge/policy.ts";
import { SOURCE_CHECKS } from "../judge/source-checks/index.ts";
import type { Policy, ResourceUse, Summary } from "../model/audit-result.ts";
import { FINDING_KINDS, type Finding, type FindingKind, type Level, type SourceDetail } from "../model/finding.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import type { InventoryRow } from "../model/stored-value.ts";
import type { Scope } from "../scope/scope.ts";
import { compareText, countStates, stateCounts } from "./counts.ts";
import { SealedValues } from "./sealed-values.ts";
import { overviewOf } from "./source-overview.ts";
import type { SourceTally } from "./source-tally.ts";

/** One source that has been read to its end. */
export interface ReadSource {
  readonly facts: SourceFacts;
  readonly scope: Scope;
  readonly tally: SourceTally;
}

/** What was found, sorted; everything can be read again and again. */
export interface Sealed {
  readonly summary: Summary;
  /** The kinds of finding that there are. */
  readonly kinds: readonly FindingKind[];
  findings(): Iterable<Finding>;
  values(): Iterable<InventoryRow>;
}

/** Ends the collecting: sorts what one source gave, and sums it up. */
export function seal(source: ReadSource, classifier: Classifier, policy: Policy): Sealed {
  const { facts, scope, tally } = source;
  const sealed = new SealedValues(tally.pass, scope, classifier);
  const details = SOURCE_CHECKS.flatMap((check) => check.examine(overviewOf(facts, scope, tally)));
  const findingOrder = sealed.order(tally.findings.values);
  const valueOrder = tally.values === undefined ? new Uint32Array(0) : sealed.order(tally.values);
  const byKind = tally.findings.countByKind();
  for (const { kind } of details) byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
  return {
    summary: summaryOf(source, classifier, byKind, policy),
    kinds: [...byKind.keys()],
    *findings() {
      // Findings about no key sort as the empty key: first.
      for (const detail of details) yield sourceFinding(detail, policy);
      for (const index of findingOrder) {
        const kind = tally.findings.kindAt(index);
        const value = sealed.storedValue(tally.findings.values.at(index));
        yield { kind, level: levelUnder(policy, kind), source: 0, subject: { kind: "value", value } };
      }
    },
    *values() {
      if (tally.values === undefined) return;
      for (const index of valueOrder) yield sealed.inventoryRow(tally.values.at(index));
    },
  };
}

function sourceFinding(detail: SourceDetail, policy: Policy): Finding {
  return { kind: detail.kind, level: levelUnder(policy, detail.kind), source: 0, subject: { kind: "source", detail } };
}

function summaryOf(
  { scope, tally }: ReadSource,
  classifier: Classifier,
  byKind: ReadonlyMap<FindingKind, number>,
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
    findings: { byLevel: countLevels(byKind, policy), byKind: inContractOrder(byKind) },
    history: tally.history,
  };
}

function countLevels(byKind: ReadonlyMap<FindingKind, number>, policy: Policy): Readonly<Record<Level, number>> {
  const counts: Record<Level, number> = { error: 0, warning: 0, note: 0 };
  for (const [kind, count] of byKind) {
    const level = levelUnder(policy, kind);
    if (level !== "off") counts[level] += count;
  }
  return counts;
}

function inContractOrder(byKind: ReadonlyMap<FindingKind, number>): ReadonlyMap<FindingKind, number> {
  return new Map(FINDING_KINDS.filter((kind) => byKind.has(kind)).map((kind) => [kind, byKind.get(kind) ?? 0]));
}

/** Live values by resource: of every prefix together, and also of audited resources that have none. */
function resourceUses(scope: Scope, tally: SourceTally, { classes }: Classifier): readonly ResourceUse[] {
  const uses = new Map<string, { audited: boolean; byClass: Map<number, number> }>();
  for (const resource of scope.auditedResources) uses.set(resource, { audited: true, byClass: new Map() });
  for (const [index, folder] of scope.folders.entries()) {
    if (folder.kind !== "resource" || !folder.inScope) continue;
    const { resource } = folder.registry;
    const use = uses.get(resource) ?? { audited: folder.audited, byClass: new Map<number, number>() };
    uses.set(resource, use);
    for (const [id, count] of tally.liveInFolder.get(index) ?? []) {
      const settled = classes.settled(id);
      use.byClass.set(settled, (use.byClass.get(settled) ?? 0) + count);
    }
  }
  return [...uses]
    .sort(([a], [b]) => compareText(a, b))
    .map(([resource, { audited, byClass }]) => {
      const list = [...byClass]
        .map(([id, count]) => ({ valueClass: classes.valueClass(id), count }))
        .sort((a, b) => b.count - a.count);
      return { resource, audited, counts: countStates(list), classes: list };
    });
}
