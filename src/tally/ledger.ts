import type { Classifier } from "../classify/classifier.ts";
import { keyText } from "../model/key-reference.ts";
import { AREAS, type Area } from "../model/location.ts";
import type { LedgerRow } from "../model/rotation.ts";
import { compareText } from "./counts.ts";
import type { SourceTally } from "./source-tally.ts";

/** How many values of each source lie under each key; keys in the order of their text. */
export function ledgerOf(tallies: readonly SourceTally[], { classes }: Classifier): readonly LedgerRow[] {
  const rows = tallies.flatMap((tally, source) => {
    const byKey = new Map<string, Record<Area, number>>();
    tally.counts.visit((id, counts) => {
      const text = keyText(classes.valueClass(classes.settled(id)));
      const sums = byKey.get(text) ?? { head: 0, history: 0, residue: 0, wal: 0 };
      byKey.set(text, sums);
      for (const area of AREAS) sums[area] += counts[area];
    });
    return [...byKey].map(([key, counts]) => ({ key, source, counts }));
  });
  return rows.sort((a, b) => compareText(a.key, b.key) || a.source - b.source);
}
