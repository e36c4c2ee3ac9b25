import { grown } from "./columns.ts";

/**
 * Decoded etcd revisions, column by column: one buffer and the places in it, no object for each record.
 * Filled with the events of an etcd or what a WAL holds, and copied into the engine's memory, which decodes pages itself; reused:
 * valid only during the call that hands it over.
 */
export class RecordBatch {
  /** The buffer that the offsets below point into. */
  bytes: Uint8Array = new Uint8Array(0);
  /** How many rows of the columns are filled. */
  count = 0;
  /** etcd key: start and length in `bytes`. */
  keyOffset = new Uint32Array(0);
  keyLength = new Uint32Array(0);
  /** Stored value: start and length in `bytes`; a tombstone's are 0. */
  valueOffset = new Uint32Array(0);
  valueLength = new Uint32Array(0);
  /** Revision: main and sub, safe integers. */
  main = new Float64Array(0);
  sub = new Float64Array(0);
  /** 1 for the mark of a deletion, else 0. */
  tombstone = new Uint8Array(0);
  createRevision = new Float64Array(0);
  version = new Float64Array(0);
  /** Lease ID, a 64-bit number in two halves. */
  leaseHigh = new Uint32Array(0);
  leaseLow = new Uint32Array(0);
  /** Only of puts in a WAL: where the value begins in its file, in bytes. */
  fileOffset = new Float64Array(0);

  private capacity = 0;

  /** Forgets all rows and points the batch at `bytes`. */
  reset(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.count = 0;
  }

  /** The number of a new row whose columns are all 0. */
  addRow(): number {
    if (this.count === this.capacity) this.grow();
    const row = this.count++;
    this.keyOffset[row] = 0;
    this.keyLength[row] = 0;
    this.valueOffset[row] = 0;
    this.valueLength[row] = 0;
    this.main[row] = 0;
    this.sub[row] = 0;
    this.tombstone[row] = 0;
    this.createRevision[row] = 0;
    this.version[row] = 0;
    this.leaseHigh[row] = 0;
    this.leaseLow[row] = 0;
    this.fileOffset[row] = 0;
    return row;
  }

  /** Moves the rows from `from` up to, not including, `end` so that the first of them is row `to`. */
  moveRows(to: number, from: number, end: number): void {
    const columns = [
      this.keyOffset,
      this.keyLength,
      this.valueOffset,
      this.valueLength,
      this.main,
      this.sub,
      this.tombstone,
      this.createRevision,
      this.version,
      this.leaseHigh,
      this.leaseLow,
      this.fileOffset,
    ];
    for (const column of columns) column.copyWithin(to, from, end);
  }

  private grow(): void {
    this.capacity = Math.max(256, this.capacity * 2);
    this.keyOffset = grown(this.keyOffset, new Uint32Array(this.capacity));
    this.keyLength = grown(this.keyLength, new Uint32Array(this.capacity));
    this.valueOffset = grown(this.valueOffset, new Uint32Array(this.capacity));
    this.valueLength = grown(this.valueLength, new Uint32Array(this.capacity));
    this.main = grown(this.main, new Float64Array(this.capacity));
    this.sub = grown(this.sub, new Float64Array(this.capacity));
    this.tombstone = grown(this.tombstone, new Uint8Array(this.capacity));
    this.createRevision = grown(this.createRevision, new Float64Array(this.capacity));
    this.version = grown(this.version, new Float64Array(this.capacity));
    this.leaseHigh = grown(this.leaseHigh, new Uint32Array(this.capacity));
    this.leaseLow = grown(this.leaseLow, new Uint32Array(this.capacity));
    this.fileOffset = grown(this.fileOffset, new Float64Array(this.capacity));
  }
}
