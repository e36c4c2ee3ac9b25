import type { FreedPlace } from "../model/record-sink.ts";
import { RevisionSet } from "./revision-set.ts";
import type { TimelineRow } from "./timeline.ts";
import { UnsettledRows } from "./unsettled-rows.ts";

/** Called for each distinct freed revision; the row is reused. `isCopy`: the revision is still stored as well. */
export type FreedListener = (row: Readonly<TimelineRow>, place: FreedPlace, isCopy: boolean) => void;

/**
 * Records found in bytes that the store no longer uses, kept until all that it does use have been seen: copy-on-write
 * leaves many copies of revisions that are still stored.
 */
export class FreedRows {
  private readonly rows = new UnsettledRows(false);
  private readonly places: FreedPlace[] = [];
  private readonly stored = new RevisionSet();

  /** Takes note of a revision that is stored. */
  noteStored({ main, sub }: Readonly<TimelineRow>): void {
    this.stored.add(main, sub);
  }

  /** Adds a row of the place that the next `endPlace` names. */
  add(row: Readonly<TimelineRow>): void {
    this.rows.add(row);
  }

  /** Says where the rows added since the last call lie. */
  endPlace(place: FreedPlace): void {
    this.rows.endGroup(this.places.push(place) - 1);
  }

  /** Hands on each revision once, as it was found first. */
  visit(onFreed: FreedListener): void {
    const seen = new RevisionSet();
    let place: FreedPlace | undefined;
    this.rows.visit(
      (group) => {
        place = this.places[group];
        return true;
      },
      (row) => {
        if (place === undefined || !seen.add(row.main, row.sub)) return;
        onFreed(row, place, this.stored.has(row.main, row.sub));
      },
    );
  }
}
