import { grown } from "../model/columns.ts";
import { FINDING_KINDS, type FindingKind } from "../model/finding.ts";
import type { Location } from "../model/location.ts";
import type { TimelineRow } from "../timeline/timeline.ts";
import { ValueRows } from "./value-rows.ts";

/** Findings about single values, as rows of columns: 26 bytes each. */
export class FindingRows {
  readonly values = new ValueRows(false);
  private kinds = new Uint8Array(0);

  /** Adds one finding. */
  add(kind: FindingKind, row: Readonly<TimelineRow>, location: Location): void {
    const index = this.values.add(row, location);
    if (index >= this.kinds.length) this.kinds = grown(this.kinds, new Uint8Array(Math.max(256, index * 2)));
    this.kinds[index] = FINDING_KINDS.indexOf(kind);
  }

  /** The kind of one finding. */
  kindAt(index: number): FindingKind {
    return FINDING_KINDS[this.kinds[index] as number] as FindingKind;
  }

  /** How many findings of each kind there are. */
  countByKind(): Map<FindingKind, number> {
    const counts = new Map<FindingKind, number>();
    for (let index = 0; index < this.values.size; index++) {
      const kind = this.kindAt(index);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    return counts;
  }
}
