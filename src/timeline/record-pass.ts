import { KeyTable } from "../bytes/key-table.ts";
import type { Classifier } from "../classify/classifier.ts";
import { grown } from "../model/columns.ts";
import type { RecordBatch } from "../model/record-batch.ts";
import type { FreedPlace, RecordSink } from "../model/record-sink.ts";
import type { Scope } from "../scope/scope.ts";
import { ContentRows } from "./content-rows.ts";
import { type FreedListener, FreedRows } from "./freed-rows.ts";
import { emptyRow, type SupersededListener, Timeline, type TimelineRow, TOMBSTONE } from "./timeline.ts";
import { UnsettledRows } from "./unsettled-rows.ts";

/** In place of a key's number: a record out of scope, of which only the folder counts. */
const OUT_OF_SCOPE = 0x80000000;

/** What a pass keeps besides the live revision of each key. */
export interface PassOptions {
  /** Version, lease and size of each value. */
  readonly keepsDetails: boolean;
  /** Records in freed pages and in the file's tail. */
  readonly freed: boolean;
  /** Puts of WAL files, and what databases hold that were left over. */
  readonly wal: boolean;
}

/** Takes the records of one source, finds what they are and how they are protected, and places them in time. */
export class RecordPass implements RecordSink {
  /** The keys in scope, by number. Keys of a stream's freed pages are among them; the timeline has nothing on those. */
  readonly keys = new KeyTable();
  readonly timeline: Timeline;
  /** 0 for none. */
  compactRevision = 0;
  private readonly scope: Scope;
  private readonly classifier: Classifier;
  private readonly keepsDetails: boolean;
  private readonly row = emptyRow();
  private folders = new Uint32Array(0);
  private unsettled: UnsettledRows | undefined;
  private readonly freed: FreedRows | undefined;
  private readonly outside: ContentRows | undefined;

  constructor(scope: Scope, classifier: Classifier, options: PassOptions, onSuperseded: SupersededListener) {
    this.scope = scope;
    this.classifier = classifier;
    this.keepsDetails = options.keepsDetails;
    this.freed = options.freed ? new FreedRows() : undefined;
    this.outside = options.wal ? new ContentRows() : undefined;
    this.timeline = new Timeline(options.keepsDetails, onSuperseded);
  }

  /** Number of the folder in which a key lies. */
  folderOf(key: number): number {
    return this.folders[key] as number;
  }

  learnCompactRevision(revision: number): void {
    this.compactRevision = revision;
  }

  add(batch: RecordBatch): void {
    for (let index = 0; index < batch.count; index++) {
      const row = this.rowOf(batch, index);
      this.settleRow(row);
      if (isValueInScope(row)) this.outside?.noteStored(row.key, valueBytes(batch, index));
    }
  }

  addUnsettled(batch: RecordBatch, group: number): void {
    this.unsettled ??= new UnsettledRows(this.keepsDetails);
    for (let index = 0; index < batch.count; index++) this.unsettled.add(this.rowOf(batch, index));
    this.unsettled.endGroup(group);
  }

  settle(isStored: (group: number) => boolean, placeOf: (group: number) => FreedPlace | undefined): void {
    this.unsettled?.visit(isStored, (row) => this.settleRow(row));
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
      const row = this.rowOf(batch, index);
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
    this.freed?.visit(onFreed);
    this.outside?.visit(onFreed);
  }

  private addByContent(batch: RecordBatch, placeOf: (row: number) => FreedPlace): void {
    for (let index = 0; index < batch.count; index++) {
      const row = this.rowOf(batch, index);
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

  private settleRow(row: Readonly<TimelineRow>): void {
    const isOutOfScope = row.key >= OUT_OF_SCOPE;
    if (row.valueClass !== TOMBSTONE) this.count(row.key, isOutOfScope);
    if (isOutOfScope) return;
    if (row.valueClass !== TOMBSTONE) this.freed?.noteStored(row);
    this.timeline.place(row);
  }

  private count(key: number, isOutOfScope: boolean): void {
    const { scope } = this;
    const folder = isOutOfScope ? key - OUT_OF_SCOPE : this.folderOf(key);
    scope.count(folder);
    if (!isOutOfScope && scope.awaitsNamespaces) scope.seeNamespace(folder, this.keys.bytesOf(key));
  }

  /** The row is reused. */
  private rowOf(batch: RecordBatch, index: number): Readonly<TimelineRow> {
    const { row, scope } = this;
    const { bytes } = batch;
    const keyOffset = batch.keyOffset[index] as number;
    const keyLength = batch.keyLength[index] as number;
    const valueOffset = batch.valueOffset[index] as number;
    const valueLength = batch.valueLength[index] as number;
    const isTombstone = batch.tombstone[index] === 1;
    const folder = scope.find(bytes, keyOffset, keyLength, valueOffset, valueLength);
    row.main = batch.main[index] as number;
    row.sub = batch.sub[index] as number;
    row.createRevision = batch.createRevision[index] as number;
    if (!scope.includes(folder, bytes, keyOffset, keyLength)) {
      row.key = OUT_OF_SCOPE + folder;
      row.valueClass = isTombstone ? TOMBSTONE : 0;
      return row;
    }
    row.key = this.keys.intern(bytes, keyOffset, keyLength);
    this.rememberFolder(row.key, folder);
    row.valueClass = isTombstone ? TOMBSTONE : this.classOf(batch, index);
    if (this.keepsDetails) {
      row.version = batch.version[index] as number;
      row.leaseHigh = batch.leaseHigh[index] as number;
      row.leaseLow = batch.leaseLow[index] as number;
      row.size = valueLength;
    }
    return row;
  }

  /** Of ciphertext that was cut nothing can be told: it counts for no more than a deletion. */
  private classOf(batch: RecordBatch, index: number): number {
    const { classifier } = this;
    const offset = batch.valueOffset[index] as number;
    const length = batch.valueLength[index] as number;
    if (index === batch.cutRow) return classifier.classifyCut(batch.bytes, offset, length) ?? TOMBSTONE;
    return classifier.classify(batch.bytes, offset, length);
  }

  private rememberFolder(key: number, folder: number): void {
    if (key >= this.folders.length) this.folders = grown(this.folders, new Uint32Array(Math.max(512, key * 2)));
    this.folders[key] = folder;
  }
}

function isValueInScope({ key, valueClass }: Readonly<TimelineRow>): boolean {
  return key < OUT_OF_SCOPE && valueClass !== TOMBSTONE;
}

function valueBytes(batch: RecordBatch, index: number): Uint8Array {
  const offset = batch.valueOffset[index] as number;
  return batch.bytes.subarray(offset, offset + (batch.valueLength[index] as number));
}
