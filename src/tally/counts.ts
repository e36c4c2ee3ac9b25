import type { KeyUse, StateCounts } from "../model/audit-result.ts";
import { AREAS, type Area } from "../model/location.ts";
import type { State, ValueClass } from "../model/value-class.ts";
import { WriteRanges } from "./write-ranges.ts";

/** What is counted of one class. */
interface ClassCount {
  readonly areas: Record<Area, number>;
  firstWrite: number | null;
  lastWrite: number | null;
  /** Of what is stored. */
  readonly writes: WriteRanges;
}

/** Counts values by class and area, in constant space. */
export class ClassCounts {
  private readonly byClass = new Map<number, ClassCount>();
  /** That of the last value: the next one mostly is of the same class. */
  private last = newCount();
  private lastClass = -1;

  /** Counts one value, and the revision that wrote it; 0 where that is not known. */
  count(valueClass: number, area: Area, revision: number): void {
    const entry = valueClass === this.lastClass ? this.last : this.entryOf(valueClass);
    entry.areas[area]++;
    if (revision === 0) return;
    if (entry.firstWrite === null || revision < entry.firstWrite) entry.firstWrite = revision;
    if (entry.lastWrite === null || revision > entry.lastWrite) entry.lastWrite = revision;
    if (area === "head" || area === "history") entry.writes.add(revision, area);
  }

  /** Hands on the counts of each class and its newest write, by the number that it was counted under. */
  visit(onClass: (valueClass: number, areas: Readonly<Record<Area, number>>, lastWrite: number | null) => void): void {
    for (const [id, { areas, lastWrite }] of this.byClass) onClass(id, areas, lastWrite);
  }

  /**
   * The uses of each class, once it is settled which classes are one; in the order of their text.
   * @param settled the number that stands for a class
   */
  keyUses(settled: (valueClass: number) => number, classOf: (valueClass: number) => ValueClass): readonly KeyUse[] {
    const merged = new Map<number, ClassCount>();
    for (const [id, entry] of this.byClass) {
      const into = merged.get(settled(id)) ?? newCount();
      merged.set(settled(id), into);
      for (const area of AREAS) into.areas[area] += entry.areas[area];
      into.firstWrite = earlier(into.firstWrite, entry.firstWrite);
      into.lastWrite = later(into.lastWrite, entry.lastWrite);
      into.writes.addAll(entry.writes);
    }
    return [...merged]
      .map(([id, { areas, firstWrite, lastWrite, writes }]) => ({
        valueClass: classOf(id),
        counts: areas,
        firstWrite,
        lastWrite,
        writes: writes.histogram(),
      }))
      .sort((a, b) => compareText(classText(a.valueClass), classText(b.valueClass)));
  }

  private entryOf(valueClass: number): ClassCount {
    let entry = this.byClass.get(valueClass);
    if (entry === undefined) {
      entry = newCount();
      this.byClass.set(valueClass, entry);
    }
    this.last = entry;
    this.lastClass = valueClass;
    return entry;
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
