import { grown } from "../model/columns.ts";
import { RowColumns } from "./row-columns.ts";
import { emptyRow, type TimelineRow } from "./timeline.ts";

/** Rows are stored in blocks, so that growing never holds the columns twice. */
const BLOCK_ROWS = 64 * 1024;

/**
 * Records of a stream, page by page, kept until it is known which pages count.
 */
export class UnsettledRows {
  private readonly keepsDetails: boolean;
  private readonly blocks: RowColumns[] = [];
  private rowCount = 0;
  /** For each group: its number and the first row after it. */
  private groups = new Float64Array(0);
  private groupEnds = new Float64Array(0);
  private groupCount = 0;

  constructor(keepsDetails: boolean) {
    this.keepsDetails = keepsDetails;
  }

  /** Adds a row to the group that `endGroup` will name. */
  add(row: Readonly<TimelineRow>): void {
    const index = this.rowCount % BLOCK_ROWS;
    if (index === 0) this.blocks.push(new RowColumns(BLOCK_ROWS, this.keepsDetails));
    this.blocks[this.blocks.length - 1]?.write(index, row);
    this.rowCount++;
  }

  /** Says that the rows added since the last call are those of `group`. */
  endGroup(group: number): void {
    if (this.groupCount === this.groups.length) {
      const capacity = Math.max(1024, this.groupCount * 2);
      this.groups = grown(this.groups, new Float64Array(capacity));
      this.groupEnds = grown(this.groupEnds, new Float64Array(capacity));
    }
    this.groups[this.groupCount] = group;
    this.groupEnds[this.groupCount] = this.rowCount;
    this.groupCount++;
  }

  /** Hands on the rows of the groups that are stored, in the order in which they came; the row is reused. */
  visit(isStored: (group: number) => boolean, onRow: (row: Readonly<TimelineRow>) => void): void {
    const row = emptyRow();
    let start = 0;
    for (let group = 0; group < this.groupCount; group++) {
      const end = this.groupEnds[group] as number;
      if (isStored(this.groups[group] as number)) {
        for (let index = start; index < end; index++) {
          this.blocks[Math.floor(index / BLOCK_ROWS)]?.read(index % BLOCK_ROWS, row);
          onRow(row);
        }
      }
      start = end;
    }
  }
}
