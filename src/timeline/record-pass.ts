import { KeyTable } from "../bytes/key-table.ts";
import type { Classifier } from "../classify/classifier.ts";
import type { RecordBatch } from "../model/record-batch.ts";
import type { FreedPlace, RecordSink } from "../model/record-sink.ts";
import type { ValueAppraiser } from "../model/standing.ts";
import type { Scope } from "../scope/scope.ts";
import { ContentRows } from "./content-rows.ts";
import { type FreedListener, FreedRows } from "./freed-rows.ts";
import { PendingRows, type RowTaker } from "./pending-rows.ts";
import { OUT_OF_SCOPE, RowReader } from "./row-reader.ts";
import { type SupersededListener, Timeline, type TimelineRow, TOMBSTONE } from "./timeline.ts";
import { UnsettledRows } from "./unsettled-rows.ts";

/** What a pass keeps besides the live revision of each key. */
export interface PassOptions {
  /** Lease and size of each value. */
  readonly keepsDetails: boolean;
  /** Records in freed pages and in the file's tail. */
  readonly freed: boolean;
  /** Puts of WAL files, and what databases hold that were left over. */
  readonly wal: boolean;
  /** Asked of each value that is stored. */
  readonly appraiser?: ValueAppraiser;
}

/** Takes the records of one source, finds what they are and how they are protected, and places them in time. */
export class RecordPass implements RecordSink, RowTaker {
  /** The keys in scope, by number. Keys of a stream's freed pages are among them; the timeline has nothing on those. */
  readonly keys = new KeyTable();
  /** 0 for none. */
  compactRevision = 0;
  private readonly scope: Scope;
  private readonly keepsDetails: boolean;
  private readonly rows: RowReader;
  private readonly pending: PendingRows;
  private readonly placed: Timeline;
  private unsettled: UnsettledRows | undefined;
  private readonly freed: FreedRows | undefined;
  private readonly outside: ContentRows | undefined;

  constructor(scope: Scope, classifier: Classifier, options: PassOptions, onSuperseded: SupersededListener) {
    this.scope = scope;
    this.keepsDetails = options.keepsDetails;
    this.rows = new RowReader(scope, classifier, this.keys, options);
    this.freed = options.freed ? new FreedRows((id) => classifier.classes.unjudged(id)) : undefined;
    this.outside = options.wal ? new ContentRows() : undefined;
    this.placed = new Timeline(options.keepsDetails, onSuperseded);
    this.pending = new PendingRows(options.appraiser, classifier.classes, options.keepsDetails, this);
  }

  /** All that has been added, in time. */
  get timeline(): Timeline {
    this.pending.finish();
    return this.placed;
  }

  /** Number of the folder in which a key lies. */
  folderOf(key: number): number {
    return this.rows.folderOf(key);
  }

  /** Whether the nonce of a stored value was used for another ciphertext too. */
  repeatsNonce(row: Readonly<TimelineRow>): boolean {
    return this.rows.repeatsNonce(row.key, row.main);
  }

  learnCompactRevision(revision: number): void {
    this.compactRevision = revision;
  }

  add(batch: RecordBatch): void {
    for (let index = 0; index < batch.count; index++) {
      this.pending.makeRoom();
      const row = this.rows.read(batch, index, "stored");
      this.pending.push(row, false, this.rows.repeatsNonceBefore);
      if (isValueInScope(row)) this.outside?.noteStored(row.key, valueBytes(batch, index));
    }
  }

  addUnsettled(batch: RecordBatch, group: number): void {
    for (let index = 0; index < batch.count; index++) {
      this.pending.makeRoom();
      this.pending.push(this.rows.read(batch, index, "stored"), true, this.rows.repeatsNonceBefore);
    }
    this.pending.endGroup(group);
  }

  takeUnsettled(row: Readonly<TimelineRow>): void {
    this.unsettled ??= new UnsettledRows(this.keepsDetails);
    this.unsettled.add(row);
  }

  endGroup(group: number): void {
    this.unsettled?.endGroup(group);
  }

  settle(isStored: (group: number) => boolean, placeOf: (group: number) => FreedPlace | undefined): void {
    this.pending.finish();
    this.unsettled?.visit(isStored, (row) => this.takeRow(row));
    this.settleFreed(isStored, placeOf);
    this.unsettled = undefined;
  }

  addFreed(batch: RecordBatch, place: FreedPlace): void {
    const { freed } = this;
    if (freed === undefined) return;
    if (place.isLeftOver) {
      this.addByContent(batch, () => place);
      return;
    }
    let count = 0;
    for (let index = 0; index < batch.count; index++) {
      const row = this.rows.read(batch, index, "freed");
      if (!isValueInScope(row)) continue;
      freed.add(row);
      count++;
    }
    if (count > 0) freed.endPlace(place);
  }

  addWalPuts(batch: RecordBatch, placeOf: (row: number) => FreedPlace): void {
    this.addByContent(batch, placeOf);
  }

  /** Hands on what lies in freed bytes and WAL files, once all that is stored has been seen. */
  visitFreed(onFreed: FreedListener): void {
    this.pending.finish();
    this.freed?.visit(onFreed);
    this.outside?.visit(onFreed);
  }

  private addByContent(batch: RecordBatch, placeOf: (row: number) => FreedPlace): void {
    for (let index = 0; index < batch.count; index++) {
      const row = this.rows.read(batch, index, "elsewhere");
      if (isValueInScope(row)) this.outside?.add(row, valueBytes(batch, index), placeOf(index));
    }
  }

  private settleFreed(isStored: (group: number) => boolean, placeOf: (group: number) => FreedPlace | undefined): void {
    const { freed } = this;
    if (freed === undefined) return;
    let place: FreedPlace | undefined;
    let count = 0;
    const endPlace = () => {
      if (place !== undefined && count > 0) freed.endPlace(place);
      count = 0;
    };
    this.unsettled?.visit(
      (group) => {
        endPlace();
        place = isStored(group) ? undefined : placeOf(group);
        return place !== undefined;
      },
      (row) => {
        if (!isValueInScope(row)) return;
        freed.add(row);
        count++;
      },
    );
    endPlace();
  }

  takeRow(row: Readonly<TimelineRow>): void {
    const isOutOfScope = row.key >= OUT_OF_SCOPE;
    if (row.valueClass !== TOMBSTONE) this.count(row.key, isOutOfScope);
    if (isOutOfScope) return;
    if (row.valueClass !== TOMBSTONE) this.freed?.noteStored(row);
    this.placed.place(row);
  }

  private count(key: number, isOutOfScope: boolean): void {
    const { scope } = this;
    const folder = isOutOfScope ? key - OUT_OF_SCOPE : this.folderOf(key);
    scope.count(folder);
    if (!isOutOfScope && scope.awaitsNamespaces) scope.seeNamespace(folder, this.keys.bytesOf(key));
  }
}

function isValueInScope({ key, valueClass }: Readonly<TimelineRow>): boolean {
  return key < OUT_OF_SCOPE && valueClass !== TOMBSTONE;
}

function valueBytes(batch: RecordBatch, index: number): Uint8Array {
  const offset = batch.valueOffset[index] as number;
  return batch.bytes.subarray(offset, offset + (batch.valueLength[index] as number));
}
