import { createHash } from "node:crypto";
import type { Classifier } from "../classify/classifier.ts";
import type { KeyEvent, KeyEventPlace } from "../model/key-history.ts";
import type { RecordBatch } from "../model/record-batch.ts";
import type { FreedPlace, RecordSink } from "../model/record-sink.ts";
import { NearKeys } from "./near-keys.ts";
import { type KeyWrite, type LooseWrite, orderedWrites, stampOf } from "./write-order.ts";

/** Takes the records of one source and keeps the writes to a single key, wherever they lie. */
export class KeyWrites implements RecordSink {
  private readonly key: Uint8Array;
  private readonly classifier: Classifier;
  private readonly near: NearKeys;
  /** By revision. */
  private readonly writes = new Map<string, KeyWrite>();
  private readonly unsettled: { readonly group: number; readonly write: KeyWrite }[] = [];
  /** Of no revision that can be trusted: puts of the WAL, and what left-over databases hold. In their order. */
  private readonly loose: LooseWrite[] = [];

  constructor(key: Uint8Array, classifier: Classifier) {
    this.key = key;
    this.classifier = classifier;
    this.near = new NearKeys(key);
  }

  learnCompactRevision(): void {}

  add(batch: RecordBatch): void {
    this.visit(batch, (write) => this.addStored(write));
  }

  addUnsettled(batch: RecordBatch, group: number): void {
    this.visit(batch, (write) => this.unsettled.push({ group, write }));
  }

  settle(isStored: (group: number) => boolean, placeOf: (group: number) => FreedPlace | undefined): void {
    for (const { group, write } of this.unsettled) {
      if (isStored(group)) this.addStored(write);
    }
    for (const { group, write } of this.unsettled) {
      const place = isStored(group) ? undefined : placeOf(group);
      if (place !== undefined) this.addFreedWrite(write, place);
    }
    this.unsettled.length = 0;
  }

  addFreed(batch: RecordBatch, place: FreedPlace): void {
    this.visit(batch, (write) => this.addFreedWrite(write, place));
  }

  addWalPuts(batch: RecordBatch, placeOf: (row: number) => FreedPlace): void {
    this.visit(batch, (write, row) => this.loose.push({ write, place: placeOf(row) }));
  }

  /** The writes, oldest first; once all has been read. */
  events(): readonly KeyEvent[] {
    const { classes } = this.classifier;
    return orderedWrites([...this.writes.values()], this.loose).map(({ row, places, isStored, isHead }): KeyEvent => {
      const { main, isTombstone, createRevision, version } = row;
      const isNumbered = main > 0;
      const stored: KeyEventPlace = { location: isHead ? "head" : "history", file: null, offset: null, count: 1 };
      return {
        kind: isTombstone ? "delete" : !isNumbered ? "put" : createRevision === main ? "create" : "change",
        revision: isNumbered ? main : null,
        sub: isNumbered ? row.sub : null,
        createRevision: createRevision > 0 ? createRevision : null,
        version: version > 0 ? version : null,
        size: isTombstone ? null : row.size,
        valueClass: row.valueClass === null ? null : classes.valueClass(classes.settled(row.valueClass)),
        places: isStored ? [stored, ...places] : places,
      };
    });
  }

  /** Keys much like the one that was looked for. */
  nearKeys(): readonly Uint8Array[] {
    return this.near.list();
  }

  private addStored(write: KeyWrite): void {
    const known = this.writes.get(stampOf(write));
    if (known === undefined) this.writes.set(stampOf(write), { ...write, isStored: true });
    else known.isStored = true;
  }

  private addFreedWrite(write: KeyWrite, place: FreedPlace): void {
    if (write.row.isTombstone) return;
    if (place.isLeftOver) {
      this.loose.push({ write, place });
      return;
    }
    const known = this.writes.get(stampOf(write)) ?? write;
    this.writes.set(stampOf(write), known);
    known.found.push(place);
  }

  private visit(batch: RecordBatch, onWrite: (write: KeyWrite, row: number) => void): void {
    const { key, near } = this;
    for (let row = 0; row < batch.count; row++) {
      const offset = batch.keyOffset[row] as number;
      const length = batch.keyLength[row] as number;
      const isWanted =
        length === key.length && Buffer.compare(batch.bytes.subarray(offset, offset + length), key) === 0;
      if (!isWanted) near.look(batch.bytes, offset, length);
      else {
        const write = this.writeOf(batch, row);
        if (write !== undefined) onWrite(write, row);
      }
    }
  }

  /** Undefined for what is left of ciphertext that was cut. */
  private writeOf(batch: RecordBatch, row: number): KeyWrite | undefined {
    const isTombstone = batch.tombstone[row] === 1;
    const offset = batch.valueOffset[row] as number;
    const size = batch.valueLength[row] as number;
    const { bytes } = batch;
    const classify = row === batch.cutRow ? "classifyCut" : "classify";
    const valueClass = isTombstone ? null : this.classifier[classify](bytes, offset, size);
    if (valueClass === undefined) return undefined;
    return {
      row: {
        main: batch.main[row] as number,
        sub: batch.sub[row] as number,
        isTombstone,
        createRevision: batch.createRevision[row] as number,
        version: batch.version[row] as number,
        size,
        valueClass,
      },
      digest: createHash("sha256")
        .update(bytes.subarray(offset, offset + size))
        .digest("hex"),
      found: [],
      isStored: false,
    };
  }
}
