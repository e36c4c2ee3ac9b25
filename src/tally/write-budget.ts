import type { Classifier } from "../classify/classifier.ts";
import type { WriteBudget } from "../judge/source-check.ts";
import { referenceText } from "../model/key-reference.ts";
import type { ValueClass } from "../model/value-class.ts";
import type { Timeline } from "../timeline/timeline.ts";
import type { ClassCounts } from "./counts.ts";

/** How often each key of aesgcm has written, between two bounds. Reads the live values once more where there is one. */
export function writeBudgets(
  counts: ClassCounts,
  timeline: Timeline,
  { classes }: Classifier,
  headRevision: number | null,
): readonly WriteBudget[] {
  const budgets = new Map<string, { keyName: string; firstWrite: number; lastWrite: number; seen: number }>();
  const uses = counts.keyUses(
    (id) => classes.settled(id),
    (id) => classes.valueClass(id),
  );
  for (const { valueClass, counts: areas, firstWrite, lastWrite } of uses) {
    if (!isBudgeted(valueClass) || firstWrite === null || lastWrite === null) continue;
    const { keyName } = valueClass;
    const before = budgets.get(keyName) ?? { keyName, firstWrite, lastWrite, seen: 0 };
    budgets.set(keyName, {
      keyName,
      firstWrite: Math.min(before.firstWrite, firstWrite),
      lastWrite: Math.max(before.lastWrite, lastWrite),
      seen: before.seen + areas.head + areas.history,
    });
  }
  if (budgets.size === 0) return [];
  const live = new Map<string, { sinceFirst: number; versions: number }>();
  timeline.visitLive((rows) => {
    for (let index = 0; index < rows.count; index++) {
      const { valueClass, createRevision, version } = rows.row(index);
      const found = classes.valueClass(valueClass);
      const budget = isBudgeted(found) ? budgets.get(found.keyName) : undefined;
      if (budget === undefined) continue;
      const sums = live.get(budget.keyName) ?? { sinceFirst: 0, versions: 0 };
      // Of an object as old as the key all writes are under it; of an older one the last is.
      sums.sinceFirst += createRevision >= budget.firstWrite ? version : 1;
      sums.versions += version;
      live.set(budget.keyName, sums);
    }
  });
  return [...budgets.values()]
    .map(({ keyName, firstWrite, lastWrite, seen }) => {
      const sums = live.get(keyName) ?? { sinceFirst: 0, versions: 0 };
      const atLeast = Math.max(seen, sums.sinceFirst);
      const atMost = Math.max(atLeast, (headRevision ?? lastWrite) - firstWrite + 1);
      return { key: { provider: "aesgcm", name: keyName } as const, atLeast, atMost, versions: sums.versions };
    })
    .sort((a, b) => (referenceText(a.key) < referenceText(b.key) ? -1 : 1));
}

function isBudgeted(valueClass: ValueClass): valueClass is ValueClass & { readonly keyName: string } {
  return valueClass.provider === "aesgcm" && valueClass.state === "encrypted" && valueClass.keyName !== null;
}
