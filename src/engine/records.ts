import type { RangePage } from "../model/range-page.ts";
import type { RecordBatch } from "../model/record-batch.ts";
import type { Engine } from "./engine.ts";
import { recordProblem } from "./problems.ts";
import {
  CLASS_WORD,
  CREATE_REVISION,
  CUT,
  LEASE_HIGH_WORD,
  LEASE_LOW_WORD,
  MAIN,
  MARKS_WORD,
  Rows,
  SIZE_WORD,
  SUB,
  TOMBSTONE,
  VERSION,
  WHERE,
} from "./rows.ts";

/** Layout of a record (assembly/row.ts) beyond that of a row, in words. */
const RECORD_SIZE = 80;
const KEY_OFFSET_WORD = 16;
const KEY_LENGTH_WORD = 17;
const VALUE_OFFSET_WORD = 18;
const FOLDER_WORD = 19;

/** In place of an offset in a file: only the file is known. */
export const UNKNOWN_OFFSET = -1;

/** Where the bytes of a record lie in the engine's memory. */
interface RecordPlaces {
  readonly keyOffset: number;
  readonly keyLength: number;
  readonly valueOffset: number;
  readonly valueLength: number;
  /** Whether bytes at the end of the value are missing. */
  readonly isCut: boolean;
}

/** Where the bytes of the record at an address lie. */
export function placesOf({ words }: Engine, record: number): RecordPlaces {
  const word = record >>> 2;
  const at = (field: number): number => words[word + field] as number;
  return {
    keyOffset: at(KEY_OFFSET_WORD),
    keyLength: at(KEY_LENGTH_WORD),
    valueOffset: at(VALUE_OFFSET_WORD),
    valueLength: at(SIZE_WORD),
    isCut: (at(MARKS_WORD) & CUT) !== 0,
  };
}

/** Revisions of a store, as rows with the place of their bytes: valid during the call that hands them over. */
export class Records extends Rows {
  /** Where bytes are put that come from elsewhere, and how many fit. */
  private room = 0;
  private roomLength = 0;

  constructor(engine: Engine) {
    super(engine, RECORD_SIZE);
  }

  /** The etcd key's bytes. */
  keyBytes(index: number): Uint8Array {
    const offset = this.word(index, KEY_OFFSET_WORD);
    return this.engine.bytes.subarray(offset, offset + this.word(index, KEY_LENGTH_WORD));
  }

  /** The stored value's bytes, as many as are left of them. */
  valueBytes(index: number): Uint8Array {
    const offset = this.word(index, VALUE_OFFSET_WORD);
    return this.engine.bytes.subarray(offset, offset + this.word(index, SIZE_WORD));
  }

  /** The number of the folder that the key lies in, once rows were made of the records. */
  folder(index: number): number {
    return this.word(index, FOLDER_WORD);
  }

  isTombstone(index: number): boolean {
    return this.valueClass(index) === TOMBSTONE;
  }

  /** Takes the place of what was there: the rows of a batch, with all bytes that it stands on. */
  take(batch: RecordBatch): void {
    const { engine, list } = this;
    const from = this.load(batch.bytes);
    engine.exports.reserve(list, batch.count);
    this.count = batch.count;
    const { words, doubles } = engine;
    for (let index = 0; index < batch.count; index++) {
      const at = this.addressAt(index);
      const double = at / 8;
      doubles[double + MAIN] = batch.main[index] as number;
      doubles[double + SUB] = batch.sub[index] as number;
      doubles[double + CREATE_REVISION] = batch.createRevision[index] as number;
      doubles[double + VERSION] = batch.version[index] as number;
      doubles[double + WHERE] = batch.fileOffset[index] as number;
      const word = at >>> 2;
      words[word + LEASE_LOW_WORD] = batch.leaseLow[index] as number;
      words[word + LEASE_HIGH_WORD] = batch.leaseHigh[index] as number;
      words[word + CLASS_WORD] = batch.tombstone[index] === 1 ? TOMBSTONE : 0;
      words[word + SIZE_WORD] = batch.valueLength[index] as number;
      words[word + MARKS_WORD] = 0;
      words[word + KEY_OFFSET_WORD] = from + (batch.keyOffset[index] as number);
      words[word + KEY_LENGTH_WORD] = batch.keyLength[index] as number;
      words[word + VALUE_OFFSET_WORD] = from + (batch.valueOffset[index] as number);
    }
  }

  /**
   * Takes the place of what was there: the keys and values of a RangeResponse.
   * @throws RangeError when the bytes are no such message
   */
  takeRange(bytes: Uint8Array): RangePage {
    const { engine, list } = this;
    const start = this.load(bytes);
    const { readRangeResponse, countOfRange, hasRangeHeader, newestOfRange } = engine.exports;
    const problem = readRangeResponse(start, start + bytes.length, list);
    if (problem !== 0) {
      this.count = 0;
      throw new RangeError(recordProblem(problem));
    }
    return {
      rows: this.count,
      firstKey: this.count === 0 ? null : this.keyBytes(0),
      lastKey: this.count === 0 ? null : this.keyBytes(this.count - 1),
      count: countOfRange.value,
      hasHeader: hasRangeHeader.value === 1,
      newestRevision: newestOfRange.value,
    };
  }

  /** Forgets the records of newer revisions. */
  keepUpTo(revision: number): void {
    let kept = 0;
    for (let index = 0; index < this.count; index++) {
      if (this.main(index) > revision) continue;
      const from = this.addressAt(index);
      if (kept < index) this.engine.bytes.copyWithin(this.addressAt(kept), from, from + RECORD_SIZE);
      kept++;
    }
    this.count = kept;
  }

  override free(): void {
    this.releaseRoom();
    super.free();
  }

  private releaseRoom(): void {
    if (this.roomLength > 0) this.engine.exports.release(this.room);
    this.roomLength = 0;
  }

  /** Copies bytes into the engine's memory; returns their address there. */
  private load(bytes: Uint8Array): number {
    if (bytes.length > this.roomLength) {
      this.releaseRoom();
      this.room = this.engine.exports.allocate(bytes.length * 2);
      this.roomLength = bytes.length * 2;
    }
    this.engine.write(this.room, bytes);
    return this.room;
  }
}
