import type { Engine } from "./engine.ts";
import { EngineList } from "./list.ts";

/** Layout of a row (assembly/row.ts), in doubles and in words. */
export const ROW_SIZE = 64;
export const MAIN = 0;
export const SUB = 1;
export const CREATE_REVISION = 2;
export const VERSION = 3;
export const WHERE = 5;
export const LEASE_LOW_WORD = 8;
export const LEASE_HIGH_WORD = 9;
export const KEY_WORD = 12;
export const CLASS_WORD = 13;
export const SIZE_WORD = 14;
export const MARKS_WORD = 15;
const MARK_BITS = 8;

/** In place of a class: the key was deleted. */
export const TOMBSTONE = 0xffffffff;
/** In place of a key's number, with the number of the folder added: a record out of scope, of which only that counts. */
export const OUT_OF_SCOPE = 0x80000000;

/** Marks of a row. */
export const CUT = 1;
const REPEATS_NONCE = 2;
const COPY = 4;

/** One write to a key. */
export interface Row {
  /** Number of the etcd key. */
  readonly key: number;
  /** Revision: main and sub. */
  readonly main: number;
  readonly sub: number;
  readonly createRevision: number;
  /** Writes since the key was created, this one included. */
  readonly version: number;
  /** Lease ID, a 64-bit number in two halves. */
  readonly leaseHigh: number;
  readonly leaseLow: number;
  /** Bytes of the value. */
  readonly size: number;
  /** Number of the value's class, or TOMBSTONE. */
  readonly valueClass: number;
}

/**
 * Writes to keys, in the engine's memory: what one stage hands to the next, many at a time and without an object for each.
 * Numbers are safe integers. Reused by the stage that fills them: valid only during the call that hands them over.
 */
export class Rows extends EngineList {
  constructor(engine: Engine, stride = ROW_SIZE) {
    super(engine, stride);
  }

  /** Number of the etcd key, or OUT_OF_SCOPE and above. */
  key(index: number): number {
    return this.word(index, KEY_WORD);
  }

  main(index: number): number {
    return this.double(index, MAIN);
  }

  sub(index: number): number {
    return this.double(index, SUB);
  }

  /** Number of the value's class, or TOMBSTONE, or PENDING. */
  valueClass(index: number): number {
    return this.word(index, CLASS_WORD);
  }

  setValueClass(index: number, valueClass: number): void {
    this.engine.words[(this.addressAt(index) >>> 2) + CLASS_WORD] = valueClass;
  }

  createRevision(index: number): number {
    return this.double(index, CREATE_REVISION);
  }

  /** Bytes from the beginning of a file, or the number of a page, by what the rows are used for. */
  where(index: number): number {
    return this.double(index, WHERE);
  }

  setWhere(index: number, where: number): void {
    this.engine.doubles[this.addressAt(index) / 8 + WHERE] = where;
  }

  /** Whether bytes at the end of the value are missing. */
  isCut(index: number): boolean {
    return (this.word(index, MARKS_WORD) & CUT) !== 0;
  }

  /** Whether another ciphertext with the value's nonce came before it. */
  repeatsNonce(index: number): boolean {
    return (this.word(index, MARKS_WORD) & REPEATS_NONCE) !== 0;
  }

  /** Whether the revision is stored as well. */
  isCopy(index: number): boolean {
    return (this.word(index, MARKS_WORD) & COPY) !== 0;
  }

  /** Says that the revision is stored as well. */
  setCopy(index: number): void {
    this.setMarks(index, this.word(index, MARKS_WORD) | COPY);
  }

  /** The number that was given with the row. */
  number(index: number): number {
    return this.word(index, MARKS_WORD) >>> MARK_BITS;
  }

  /** Gives a number of 24 bits to the row, whose marks it loses. */
  setNumber(index: number, number: number): void {
    this.setMarks(index, number << MARK_BITS);
  }

  /** Whether it is a value, and no deletion, of a key in scope. */
  isValueInScope(index: number): boolean {
    return this.key(index) < OUT_OF_SCOPE && this.valueClass(index) !== TOMBSTONE;
  }

  /** A copy of one row. */
  row(index: number): Row {
    return {
      key: this.key(index),
      main: this.main(index),
      sub: this.sub(index),
      createRevision: this.createRevision(index),
      version: this.double(index, VERSION),
      leaseHigh: this.word(index, LEASE_HIGH_WORD),
      leaseLow: this.word(index, LEASE_LOW_WORD),
      size: this.word(index, SIZE_WORD),
      valueClass: this.valueClass(index),
    };
  }

  /** Adds a copy of a row. */
  append(from: Rows, index: number): void {
    const count = this.count + 1;
    this.reserve(count);
    this.count = count;
    this.write(count - 1, from, index);
  }

  /** Puts a copy of a row in the place of one. */
  write(place: number, from: Rows, index: number): void {
    const source = from.addressAt(index);
    this.engine.bytes.copyWithin(this.addressAt(place), source, source + ROW_SIZE);
  }

  private setMarks(index: number, marks: number): void {
    this.engine.words[(this.addressAt(index) >>> 2) + MARKS_WORD] = marks;
  }
}
