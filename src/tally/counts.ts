import type { Cell, Cells } from "../engine/cells.ts";
import type { KeyUse, StateCounts } from "../model/audit-result.ts";
import { type Area, areaOf } from "../model/location.ts";
import type { State, ValueClass } from "../model/value-class.ts";
import { WriteRanges } from "./write-ranges.ts";

/** What is summed up of one class. */
interface ClassCount {
  readonly areas: Record<Area, number>;
  firstWrite: number | null;
  lastWrite: number | null;
  /** Of what is stored. */
  readonly writes: WriteRanges;
}

/** Values that are counted, by class and area. */
export class ClassCounts {
  private readonly cells: Cells;
  private readonly counted: readonly Cell[];

  /** Of cells in which all values have been counted. */
  constructor(cells: Cells) {
    this.cells = cells;
    this.counted = cells.all().filter(({ isCounted }) => isCounted);
  }

  /** Hands on the counts of each class, by the number that it was counted under. */
  visit(onClass: (valueClass: number, areas: Readonly<Record<Area, number>>) => void): void {
    for (const [id, { areas }] of this.sums((valueClass) => valueClass)) onClass(id, areas);
  }

  /**
   * The uses of each class, once it is settled which classes are one; in the order of their text.
   * @param settled the number that stands for a class
   */
  keyUses(settled: (valueClass: number) => number, classOf: (valueClass: number) => ValueClass): readonly KeyUse[] {
    return [...this.sums(settled)]
      .map(([id, { areas, firstWrite, lastWrite, writes }]) => ({
        valueClass: classOf(id),
        counts: areas,
        firstWrite,
        lastWrite,
        writes: writes.histogram(),
      }))
      .sort((a, b) => compareText(classText(a.valueClass), classText(b.valueClass)));
  }

  private sums(numberOf: (valueClass: number) => number): ReadonlyMap<number, ClassCount> {
    const sums = new Map<number, ClassCount>();
    for (const { number, valueClass, location, count, firstWrite, lastWrite } of this.counted) {
      const id = numberOf(valueClass);
      const sum = sums.get(id) ?? newCount();
      sums.set(id, sum);
      sum.areas[areaOf(location)] += count;
      sum.firstWrite = earlier(sum.firstWrite, firstWrite);
      sum.lastWrite = later(sum.lastWrite, lastWrite);
      if (location === "head" || location === "history") sum.writes.add(this.cells.writes(number), location);
    }
    return sums;
  }
}

/** Values of one area by state. */
export function stateCounts(uses: readonly KeyUse[], area: Area): StateCounts {
  return countStates(uses.map(({ valueClass, counts }) => ({ valueClass, count: counts[area] })));
}

/** Values by state. */
export function countStates(
  classes: readonly { readonly valueClass: ValueClass; readonly count: number }[],
): StateCounts {
  const counts: Record<State, number> & { total: number } = {
    total: 0,
    plaintext: 0,
    encrypted: 0,
    malformed: 0,
    unknown: 0,
  };
  for (const { valueClass, count } of classes) {
    counts[valueClass.state] += count;
    counts.total += count;
  }
  return counts;
}

/** Orders text by code unit, whatever the locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A text by which classes are sorted. */
export function classText(valueClass: ValueClass): string {
  const { provider, keyName, keyId, kekVersion, state, encoding, malformation } = valueClass;
  return JSON.stringify([provider ?? "~", keyName, keyId, kekVersion, state, encoding, malformation]);
}

function newCount(): ClassCount {
  return {
    areas: { head: 0, history: 0, residue: 0, wal: 0 },
    firstWrite: null,
    lastWrite: null,
    writes: new WriteRanges(),
  };
}

/** The smaller of two revisions, of which either may be missing. */
export function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/** The greater of two revisions, of which either may be missing. */
export function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
