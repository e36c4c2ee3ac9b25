import { createHash } from "node:crypto";
import type { Classifier } from "../classify/classifier.ts";
import { placeOfRecord, type RecordSink, type SettledPages } from "../engine/record-sink.ts";
import type { Records } from "../engine/records.ts";
import type { FreedArea, FreedPlace } from "../model/freed-place.ts";
import type { KeyEvent, KeyEventPlace } from "../model/key-history.ts";
import { NearKeys } from "./near-keys.ts";
import { type KeyWrite, type LooseWrite, orderedWrites, stampOf } from "./write-order.ts";

/** Takes the records of one source and keeps the writes to a single key, wherever they lie. */
export class KeyWrites implements RecordSink {
  private readonly key: Uint8Array;
  private readonly classifier: Classifier;
  private readonly near: NearKeys;
  /** By revision. */
  private readonly writes = new Map<string, KeyWrite>();
  private readonly unsettled: { readonly page: number; readonly write: KeyWrite }[] = [];
  /** Of no revision that can be trusted: puts of the WAL, and what left-over databases hold. In their order. */
  private readonly loose: LooseWrite[] = [];

  constructor(key: Uint8Array, classifier: Classifier) {
    this.key = key;
    this.classifier = classifier;
    this.near = new NearKeys(key);
  }

  learnCompactRevision(): void {}

  add(records: Records): void {
    this.visit(records, (write) => this.addStored(write));
  }

  addUnsettled(records: Records): void {
    this.visit(records, (write, index) => this.unsettled.push({ page: records.where(index), write }));
  }

  settle({ isStored, area, freedOffset }: SettledPages): void {
    for (const { page, write } of this.unsettled) {
      if (isStored(page)) this.addStored(write);
    }
    for (const { page, write } of this.unsettled) {
      const offset = isStored(page) ? undefined : freedOffset(page);
      if (offset !== undefined) this.addFreedWrite(write, { ...area, offset });
    }
    this.unsettled.length = 0;
  }

  addFreed(records: Records, area: FreedArea): void {
    this.visit(records, (write, index) => this.addFreedWrite(write, placeOfRecord(records, index, area)));
  }

  addWalPuts(records: Records, area: FreedArea): void {
    this.visit(records, (write, index) => this.loose.push({ write, place: placeOfRecord(records, index, area) }));
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

  private visit(records: Records, onWrite: (write: KeyWrite, index: number) => void): void {
    for (let index = 0; index < records.count; index++) {
      const key = records.keyBytes(index);
      if (Buffer.compare(key, this.key) !== 0) this.near.look(key);
      else {
        const write = this.writeOf(records, index);
        if (write !== undefined) onWrite(write, index);
      }
    }
  }

  /** Undefined for what is left of ciphertext that was cut. */
  private writeOf(records: Records, index: number): KeyWrite | undefined {
    const isTombstone = records.isTombstone(index);
    const value = records.valueBytes(index);
    const classify = records.isCut(index) ? "classifyCut" : "classify";
    const valueClass = isTombstone ? null : this.classifier[classify](value, 0, value.length);
    if (valueClass === undefined) return undefined;
    const { main, sub, createRevision, version, size } = records.row(index);
    return {
      row: { main, sub, isTombstone, createRevision, version, size, valueClass },
      digest: createHash("sha256").update(value).digest("hex"),
      found: [],
      isStored: false,
    };
  }
}
