import type { ClassTable } from "../classify/class-table.ts";
import type { Classifier } from "../classify/classifier.ts";
import type { Engine } from "../engine/engine.ts";
import { EtcdKeys } from "../engine/etcd-keys.ts";
import type { RecordSink, SettledPages } from "../engine/record-sink.ts";
import type { Records } from "../engine/records.ts";
import { OUT_OF_SCOPE, type Rows, TOMBSTONE } from "../engine/rows.ts";
import type { FreedArea } from "../model/freed-place.ts";
import type { ValueAppraiser } from "../model/standing.ts";
import type { Scope } from "../scope/scope.ts";
import { ContentRows } from "./content-rows.ts";
import { FreedAreas } from "./freed-areas.ts";
import { FreedRows } from "./freed-rows.ts";
import { PendingRows, type RowTaker } from "./pending-rows.ts";
import { RowReader } from "./row-reader.ts";
import { type RowsListener, Timeline } from "./timeline.ts";
import { UnsettledRows } from "./unsettled-rows.ts";

/** In place of where a row lies. */
const NOT_WANTED = -1;

/** What a pass keeps besides the live revision of each key. */
export interface PassOptions {
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
  readonly keys: EtcdKeys;
  /** Where freed values lie that are handed on, by the number that goes with them. */
  readonly areas: FreedAreas;
  private readonly engine: Engine;
  private readonly scope: Scope;
  private readonly classes: ClassTable;
  private readonly reader: RowReader;
  private readonly appraiser: ValueAppraiser | undefined;
  private readonly pending: PendingRows | undefined;
  private readonly placed: Timeline;
  private readonly unsettled: UnsettledRows;
  private readonly freed: FreedRows | undefined;
  private readonly outside: ContentRows | undefined;
  /** Classes below this number have been told to the engine. */
  private toldClasses = 0;

  constructor(engine: Engine, scope: Scope, classifier: Classifier, options: PassOptions, onSuperseded: RowsListener) {
    const { appraiser } = options;
    this.engine = engine;
    this.keys = new EtcdKeys(engine);
    this.areas = new FreedAreas(engine);
    this.scope = scope;
    this.classes = classifier.classes;
    this.reader = new RowReader(engine, scope, classifier);
    this.freed = options.freed ? new FreedRows(engine) : undefined;
    this.outside = options.wal ? new ContentRows(engine) : undefined;
    this.placed = new Timeline(engine, onSuperseded);
    this.unsettled = new UnsettledRows(engine);
    this.appraiser = appraiser;
    this.pending = appraiser && new PendingRows(engine, appraiser, classifier.classes, this);
  }

  /** All that has been added, in time. */
  get timeline(): Timeline {
    this.pending?.finish();
    return this.placed;
  }

  /** Hands on the live revision of each key: once all that is stored has been seen. */
  visitLive(onLive: RowsListener): void {
    this.timeline.visitLive((rows) => {
      if (this.reader.lookForRepeatedNonces(rows)) this.reader.classRepeatedNonces(rows);
      onLive(rows);
    });
  }

  learnCompactRevision(revision: number): void {
    this.engine.exports.setCompactRevision(revision);
  }

  add(records: Records): void {
    const repeatsNonces = this.reader.read(records, true);
    this.noteContents(records);
    if (this.appraise(records, false)) return;
    if (repeatsNonces) this.reader.classRepeatedNonces(records);
    this.takeRows(records);
  }

  addUnsettled(records: Records): void {
    const repeatsNonces = this.reader.read(records, true);
    if (this.appraise(records, true)) return;
    if (repeatsNonces) this.reader.classRepeatedNonces(records);
    this.takeUnsettled(records);
  }

  takeRows(rows: Rows): void {
    this.engine.exports.countRecords(rows.list);
    if (this.scope.awaitsNamespaces) this.seeNamespaces(rows);
    this.tellClasses();
    this.freed?.noteStored(rows);
    this.placed.place(rows);
  }

  takeUnsettled(rows: Rows): void {
    this.unsettled.add(rows);
  }

  settle({ isStored, area, freedOffset }: SettledPages): void {
    const { freed, unsettled } = this;
    this.pending?.finish();
    unsettled.visit(
      (page) => (isStored(page) ? page : NOT_WANTED),
      (rows) => this.takeRows(rows),
    );
    if (freed !== undefined)
      unsettled.visit(
        (page) => (isStored(page) ? NOT_WANTED : (freedOffset(page) ?? NOT_WANTED)),
        (rows) => freed.add(rows, this.areas.number(area)),
      );
    unsettled.clear();
  }

  addFreed(records: Records, area: FreedArea): void {
    const { freed } = this;
    if (freed === undefined) return;
    if (area.isLeftOver) {
      this.addByContent(records, area);
      return;
    }
    this.reader.read(records, true);
    freed.add(records, this.areas.number(area));
  }

  addWalPuts(records: Records, area: FreedArea): void {
    this.addByContent(records, area);
  }

  /** Hands on what lies in freed bytes and WAL files, once all that is stored has been seen. */
  visitFreed(onFreed: RowsListener): void {
    this.pending?.finish();
    this.tellClasses();
    this.freed?.visit(onFreed);
    this.outside?.visit(onFreed);
  }

  /** Tells the scope what was counted, once all that is stored has been seen. */
  finish(): void {
    this.pending?.finish();
    this.scope.learnRecords((folder) => this.engine.exports.recordsIn(folder));
  }

  /** Asks the appraiser about records, and has their rows wait for the answers; false: there is none to ask. */
  private appraise(records: Records, areUnsettled: boolean): boolean {
    const { appraiser, pending, reader } = this;
    if (appraiser === undefined || pending === undefined) return false;
    for (let index = 0; index < records.count; index++) {
      pending.makeRoom();
      reader.appraise(records, index, appraiser);
      pending.push(records, index, areUnsettled, records.repeatsNonce(index));
    }
    return true;
  }

  private noteContents(records: Records): void {
    const { outside } = this;
    if (outside === undefined) return;
    for (let index = 0; index < records.count; index++)
      if (records.isValueInScope(index)) outside.noteStored(records.key(index), records.valueBytes(index));
  }

  private addByContent(records: Records, area: FreedArea): void {
    const { outside } = this;
    if (outside === undefined) return;
    this.reader.read(records, false);
    const place = { area: this.areas.number(area), file: this.areas.fileNumber(area) };
    for (let index = 0; index < records.count; index++)
      if (records.isValueInScope(index)) outside.add(records, index, records.valueBytes(index), place);
  }

  private seeNamespaces(rows: Rows): void {
    const { scope, keys } = this;
    for (let index = 0; index < rows.count; index++) {
      const key = rows.key(index);
      if (key < OUT_OF_SCOPE && rows.valueClass(index) !== TOMBSTONE)
        scope.seeNamespace(keys.folderOf(key), keys.bytesOf(key));
    }
  }

  /** Of a class with what the keys in force make of it, the engine is told which one it is without. */
  private tellClasses(): void {
    const { classes, engine } = this;
    for (; this.toldClasses < classes.size; this.toldClasses++)
      engine.exports.setUnjudged(this.toldClasses, classes.unjudged(this.toldClasses));
  }
}
