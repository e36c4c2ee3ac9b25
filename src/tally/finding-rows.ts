import { grown } from "../model/columns.ts";
import { FINDING_KINDS, type FindingKind } from "../model/finding.ts";
import type { Location } from "../model/location.ts";
import type { TimelineRow } from "../timeline/timeline.ts";
import { NO_PLACE, ValueRows } from "./value-rows.ts";

/** Findings about single values, as rows of columns: 30 bytes each. */
export class FindingRows {
  readonly values = new ValueRows(false);
  private kinds = new Uint8Array(0);

  /** Adds one finding. */
  add(kind: FindingKind, row: Readonly<TimelineRow>, location: Location, place = NO_PLACE): void {
    const index = this.values.add(row, location, place);
    if (index >= this.kinds.length) this.kinds = grown(this.kinds, new Uint8Array(Math.max(256, index * 2)));
    this.kinds[index] = FINDING_KINDS.indexOf(kind);
  }

  /** How many findings are about live values, and about superseded ones. */
  locations(): { readonly head: number; readonly history: number } {
    const counts = { head: 0, history: 0 };
    for (let index = 0; index < this.values.size; index++) {
      const { location } = this.values.at(index);
      if (location === "head" || location === "history") counts[location]++;
    }
    return counts;
  }

  /** The kind of one finding. */
  kindAt(index: number): FindingKind {
    return FINDING_KINDS[this.kinds[index] as number] as FindingKind;
  }
}
