import type { Classifier } from "../classify/classifier.ts";
import type { ValueClass } from "../model/value-class.ts";
import type { ReadSource } from "./seal.ts";

/** The classes of all values that the sources hold, wherever they lie. */
export function keysSeen(sources: readonly ReadSource[], { classes }: Classifier): readonly ValueClass[] {
  const seen = new Set<ValueClass>();
  for (const { tally } of sources) tally.counts.visit((id) => seen.add(classes.valueClass(classes.settled(id))));
  return [...seen];
}
