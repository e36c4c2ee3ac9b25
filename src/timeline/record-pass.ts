import { KeyTable } from "../bytes/key-table.ts";
import type { Classifier } from "../classify/classifier.ts";
import { grown } from "../model/columns.ts";
import type { RecordBatch } from "../model/record-batch.ts";
import type { RecordSink } from "../model/record-sink.ts";
import type { Scope } from "../scope/scope.ts";
import { emptyRow, type SupersededListener, Timeline, type TimelineRow, TOMBSTONE } from "./timeline.ts";
import { UnsettledRows } from "./unsettled-rows.ts";

/** In place of a key's number: a record out of scope, of which only the folder counts. */
const OUT_OF_SCOPE = 0x80000000;

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

  /** @param keepsDetails whether version, lease and size of each value are wanted */
  constructor(scope: Scope, classifier: Classifier, keepsDetails: boolean, onSuperseded: SupersededListener) {
    this.scope = scope;
    this.classifier = classifier;
    this.keepsDetails = keepsDetails;
    this.timeline = new Timeline(keepsDetails, onSuperseded);
  }

  /** Number of the folder in which a key lies. */
  folderOf(key: number): number {
    return this.folders[key] as number;
  }

  learnCompactRevision(revision: number): void {
    this.compactRevision = revision;
  }

  add(batch: RecordBatch): void {
    for (let index = 0; index < batch.count; index++) this.settleRow(this.rowOf(batch, index));
  }

  addUnsettled(batch: RecordBatch, group: number): void {
    this.unsettled ??= new UnsettledRows(this.keepsDetails);
    for (let index = 0; index < batch.count; index++) this.unsettled.add(this.rowOf(batch, index));
    this.unsettled.endGroup(group);
  }

  settle(isStored: (group: number) => boolean): void {
    this.unsettled?.visit(isStored, (row) => this.settleRow(row));
    this.unsettled = undefined;
  }

  private settleRow(row: Readonly<TimelineRow>): void {
    const isOutOfScope = row.key >= OUT_OF_SCOPE;
    if (row.valueClass !== TOMBSTONE) this.scope.count(isOutOfScope ? row.key - OUT_OF_SCOPE : this.folderOf(row.key));
    if (!isOutOfScope) this.timeline.place(row);
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
    row.valueClass = isTombstone ? TOMBSTONE : this.classifier.classify(bytes, valueOffset, valueLength);
    if (this.keepsDetails) {
      row.version = batch.version[index] as number;
      row.leaseHigh = batch.leaseHigh[index] as number;
      row.leaseLow = batch.leaseLow[index] as number;
      row.size = valueLength;
    }
    return row;
  }

  private rememberFolder(key: number, folder: number): void {
    if (key >= this.folders.length) this.folders = grown(this.folders, new Uint32Array(Math.max(512, key * 2)));
    this.folders[key] = folder;
  }
}
