import type { FreedPlace } from "../model/record-sink.ts";
import { RevisionSet } from "./revision-set.ts";
import type { TimelineRow } from "./timeline.ts";
import { UnsettledRows } from "./unsettled-rows.ts";

/** Called for each distinct freed revision of a file; the row is reused. `isCopy`: the revision is still stored as well. */
export type FreedListener = (row: Readonly<TimelineRow>, place: FreedPlace, isCopy: boolean) => void;

/**
 * Records found in bytes that the store no longer uses, kept until all that it does use have been seen: copy-on-write
 * leaves many copies of revisions that are still stored.
 */
export class FreedRows {
  private readonly rows = new UnsettledRows(false);
  private readonly places: FreedPlace[] = [];
  private readonly stored: RevisionsByClass;
  private readonly unjudged: (valueClass: number) => number;

  /** @param unjudged the class of a number alone: what the keys in force make of a value is not asked of freed ones */
  constructor(unjudged = (valueClass: number) => valueClass) {
    this.unjudged = unjudged;
    this.stored = new RevisionsByClass(unjudged);
  }

  /** Takes note of a revision that is stored. */
  noteStored(row: Readonly<TimelineRow>): void {
    this.stored.add(row);
  }

  /** Adds a row of the place that the next `endPlace` names. */
  add(row: Readonly<TimelineRow>): void {
    this.rows.add(row);
  }

  /** Says where the rows added since the last call lie. */
  endPlace(place: FreedPlace): void {
    this.rows.endGroup(this.places.push(place) - 1);
  }

  /** Hands on each revision once for each file that it lies in, as it was found there first. */
  visit(onFreed: FreedListener): void {
    const seenIn = new Map<string | null, RevisionsByClass>();
    let place: FreedPlace | undefined;
    let seen = new RevisionsByClass(this.unjudged);
    this.rows.visit(
      (group) => {
        place = this.places[group];
        const file = place?.file ?? null;
        seen = seenIn.get(file) ?? new RevisionsByClass(this.unjudged);
        seenIn.set(file, seen);
        return true;
      },
      (row) => {
        if (place !== undefined && seen.add(row)) onFreed(row, place, this.stored.has(row));
      },
    );
  }
}

/** Revisions by the class of their value: bytes that only look like a record can't hide one that is protected otherwise. */
class RevisionsByClass {
  private readonly sets = new Map<number, RevisionSet>();
  private readonly unjudged: (valueClass: number) => number;

  constructor(unjudged: (valueClass: number) => number) {
    this.unjudged = unjudged;
  }

  add({ main, sub, valueClass }: Readonly<TimelineRow>): boolean {
    const unjudged = this.unjudged(valueClass);
    let set = this.sets.get(unjudged);
    if (set === undefined) {
      set = new RevisionSet();
      this.sets.set(unjudged, set);
    }
    return set.add(main, sub);
  }

  has({ main, sub, valueClass }: Readonly<TimelineRow>): boolean {
    return this.sets.get(this.unjudged(valueClass))?.has(main, sub) ?? false;
  }
}
