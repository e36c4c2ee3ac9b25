import { grown } from "../model/columns.ts";
import { emptyRow, type TimelineRow } from "./timeline.ts";

/** Rows are stored in blocks, so that growing never holds the columns twice. */
const BLOCK_ROWS = 64 * 1024;

/** Columns of one block: 32 bytes a row, 8 more where a sub revision is not 0, and 12 more where values are listed. */
class Block {
  readonly key = new Uint32Array(BLOCK_ROWS);
  readonly main = new Float64Array(BLOCK_ROWS);
  readonly createRevision = new Float64Array(BLOCK_ROWS);
  readonly valueClass = new Uint32Array(BLOCK_ROWS);
  readonly version = new Float64Array(BLOCK_ROWS);
  /** Kubernetes writes no sub revision but 0. */
  sub: Float64Array | undefined;
  readonly details: Details | undefined;

  constructor(keepsDetails: boolean) {
    this.details = keepsDetails ? new Details() : undefined;
  }
}

class Details {
  readonly leaseHigh = new Uint32Array(BLOCK_ROWS);
  readonly leaseLow = new Uint32Array(BLOCK_ROWS);
  readonly size = new Uint32Array(BLOCK_ROWS);
}

/**
 * Records of a stream, page by page, kept until it is known which pages count.
 */
export class UnsettledRows {
  private readonly keepsDetails: boolean;
  private readonly blocks: Block[] = [];
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
    if (index === 0) this.blocks.push(new Block(this.keepsDetails));
    const block = this.blocks[this.blocks.length - 1] as Block;
    if (row.sub !== 0) {
      block.sub ??= new Float64Array(BLOCK_ROWS);
      block.sub[index] = row.sub;
    }
    block.key[index] = row.key;
    block.main[index] = row.main;
    block.createRevision[index] = row.createRevision;
    block.valueClass[index] = row.valueClass;
    block.version[index] = row.version;
    if (block.details !== undefined) {
      block.details.leaseHigh[index] = row.leaseHigh;
      block.details.leaseLow[index] = row.leaseLow;
      block.details.size[index] = row.size;
    }
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
          this.read(index, row);
          onRow(row);
        }
      }
      start = end;
    }
  }

  private read(rowIndex: number, row: TimelineRow): void {
    const block = this.blocks[Math.floor(rowIndex / BLOCK_ROWS)] as Block;
    const index = rowIndex % BLOCK_ROWS;
    row.key = block.key[index] as number;
    row.main = block.main[index] as number;
    row.sub = block.sub?.[index] ?? 0;
    row.createRevision = block.createRevision[index] as number;
    row.valueClass = block.valueClass[index] as number;
    row.version = block.version[index] as number;
    if (block.details === undefined) return;
    row.leaseHigh = block.details.leaseHigh[index] as number;
    row.leaseLow = block.details.leaseLow[index] as number;
    row.size = block.details.size[index] as number;
  }
}
