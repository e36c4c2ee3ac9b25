import type { Reader } from "protobufjs/minimal.js";
import { ByteWindow } from "./byte-window.ts";
import type { ChecksumChain } from "./checksum-chain.ts";
import { frameLength, LENGTH_FIELD, NO_LENGTH, readRecordLength } from "./frame.ts";
import { CHECKSUM_RECORD, readRecord, WalRecord } from "./record.ts";
import { RecordSearch } from "./record-search.ts";
import { firstNonZero, hasZeroSector } from "./torn-write.ts";
import type { WalDamage, WalEnd } from "./wal-end.ts";

/** How much is read at once, in bytes. */
const WINDOW_LENGTH = 1024 * 1024;
/** Every frame begins at a multiple of it. */
const WORD = 8;
const NEEDS_MORE = -1;

/** Takes the records of a file in their order. */
export interface RecordVisitor {
  /** Records follow whose offsets are into the reader's buffer; that buffer begins at `fileOffset` of the file. */
  beginBuffer(reader: Reader, fileOffset: number): void;
  /**
   * @param isProven whether its checksum holds
   * @returns what is wrong with it all the same, if anything
   */
  visitRecord(record: WalRecord, isProven: boolean): string | undefined;
  /** The buffer is about to be reused. */
  endBuffer(): void;
  damaged(damage: WalDamage): void;
}

/** A place that could not be read, until it is known whether anything readable follows. */
interface BadPlace extends WalDamage {
  readonly mayBeTorn: boolean;
}

type Mode = "records" | "zeros" | "lost" | "given-up";

/**
 * Reads the records of one WAL file, which comes piece by piece. Where a record can't be read, the next one that can be
 * is looked for, so that what follows is seen too. Holds one record at a time, and never throws.
 */
export class RecordStream {
  private readonly chain: ChecksumChain;
  private readonly visitor: RecordVisitor;
  private readonly window = new ByteWindow(WINDOW_LENGTH);
  private readonly record = new WalRecord();
  private readonly search = new RecordSearch();
  private mode: Mode = "records";
  private wanted = 0;
  private bad: BadPlace | undefined;
  private firstDamage: number | undefined;
  /** Where the zeros begin that were allocated in advance. */
  private zerosOffset: number | undefined;
  /** Where the last bytes end that are not zero and in no record. */
  private strayEnd = 0;

  constructor(chain: ChecksumChain, visitor: RecordVisitor) {
    this.chain = chain;
    this.visitor = visitor;
  }

  /** Where the next bytes of the file go, as many as fit; never empty. */
  space(): Uint8Array {
    return this.window.space();
  }

  /** Takes the bytes on that were written to `space()`. */
  advance(length: number): void {
    this.window.length += length;
    if (this.window.length >= this.wanted) this.run(false);
  }

  /** Ends the file. Only the last one written to may end in a torn record. */
  finish(mayBeTorn: boolean): WalEnd {
    this.run(true);
    const { bad } = this;
    const isTorn = mayBeTorn && bad?.mayBeTorn === true;
    if (bad !== undefined && !isTorn) this.report(bad);
    if (this.firstDamage !== undefined) return { kind: "damaged", offset: this.firstDamage };
    if (bad !== undefined) return { kind: "torn", offset: bad.offset, length: this.strayEnd - bad.offset };
    return { kind: "complete", offset: this.zerosOffset ?? this.window.fileOffset };
  }

  private run(isAtEnd: boolean): void {
    const { window, visitor } = this;
    visitor.beginBuffer(window.reader, window.fileOffset);
    this.wanted = 0;
    let offset = 0;
    while (offset < window.length) {
      const next = this.step(offset, isAtEnd);
      if (next === NEEDS_MORE) break;
      offset = next;
    }
    visitor.endBuffer();
    // With room for one window more, what is searched for a long record is not moved for every few bytes that come.
    const room = this.mode === "lost" ? this.wanted + WINDOW_LENGTH : this.wanted;
    window.drop(offset, Math.ceil(room / WINDOW_LENGTH) * WINDOW_LENGTH);
  }

  /** Deals with what is at `offset` of the window; returns where to go on, or NEEDS_MORE, never at the end. */
  private step(offset: number, isAtEnd: boolean): number {
    switch (this.mode) {
      case "records":
        return this.takeRecord(offset, isAtEnd);
      case "zeros":
        return this.passZeros(offset, isAtEnd);
      case "lost":
        return this.searchRecord(offset, isAtEnd);
      case "given-up":
        return this.window.length;
    }
  }

  private takeRecord(offset: number, isAtEnd: boolean): number {
    const { window, record } = this;
    const start = offset + LENGTH_FIELD;
    if (start > window.length) return this.cut(offset, LENGTH_FIELD, isAtEnd);
    const length = readRecordLength(window.view, offset);
    if (length === 0) {
      this.mode = "zeros";
      this.zerosOffset ??= window.fileOffset + offset;
      return offset;
    }
    if (length === NO_LENGTH) return this.lose(offset, "record", "no record begins there, by its length", false);
    const next = offset + frameLength(length);
    if (next > window.length) return this.cut(offset, next - offset, isAtEnd);
    const isTorn = () => hasZeroSector(window.bytes, start, start + length, window.fileOffset + start);
    try {
      readRecord(window.reader, start, start + length, record);
    } catch {
      return this.lose(offset, "record", "no record is there that can be read", isTorn());
    }
    const proof = this.chain.check(window.view, record);
    if (proof === "proven") this.settle();
    if (proof === "wrong") {
      const whole = "does not go on from the files before it: records are missing, or their checksums wrong";
      const message = record.type === CHECKSUM_RECORD ? whole : "the record there does not have its checksum (CRC-32C)";
      this.markBad({ kind: "record", offset: window.fileOffset + offset, message, mayBeTorn: isTorn() });
      this.strayEnd = window.fileOffset + next;
    }
    const problem = this.visitor.visitRecord(record, proof === "proven");
    if (problem !== undefined) this.report({ kind: "record", offset: window.fileOffset + offset, message: problem });
    return next;
  }

  private passZeros(offset: number, isAtEnd: boolean): number {
    const { window } = this;
    const stray = firstNonZero(window.bytes, offset, window.length);
    const start = stray - ((stray - offset) % WORD);
    if (stray === window.length) return isAtEnd ? stray : start > offset ? start : this.need(WORD);
    const message = "bytes follow the end of its data, and are no record";
    this.bad ??= { kind: "record", offset: window.fileOffset + start, message, mayBeTorn: true };
    this.mode = "lost";
    return start;
  }

  private searchRecord(offset: number, isAtEnd: boolean): number {
    const { window, search } = this;
    let at = offset;
    for (; at + WORD <= window.length; at += WORD) {
      if (window.view.getInt32(at) === 0 && window.view.getInt32(at + 4) === 0) continue;
      const result = search.look(window.reader, window.view, at, window.length);
      if (result === "found") return this.resume(at);
      if (result === "more-needed" && !isAtEnd) return at > offset ? at : this.need(search.wanted);
      this.strayEnd = window.fileOffset + at + WORD;
      if (search.hasGivenUp) return this.giveUp(at);
    }
    if (at > offset) return at;
    return isAtEnd ? window.length : this.need(WORD);
  }

  /** The file may end here, or more of it is to come. */
  private cut(offset: number, wanted: number, isAtEnd: boolean): number {
    return isAtEnd ? this.lose(offset, "cut", "it ends within a record", true) : this.need(wanted);
  }

  private lose(offset: number, kind: WalDamage["kind"], message: string, mayBeTorn: boolean): number {
    const { window } = this;
    this.markBad({ kind, offset: window.fileOffset + offset, message, mayBeTorn });
    this.mode = "lost";
    const next = Math.min(offset + WORD, window.length);
    this.strayEnd = window.fileOffset + next;
    return next;
  }

  private resume(offset: number): number {
    this.settle();
    this.chain.forget();
    this.mode = "records";
    return offset;
  }

  private giveUp(offset: number): number {
    const message = "so much from there on is damaged that further records are not looked for";
    this.settle();
    this.report({ kind: "record", offset: this.window.fileOffset + offset, message });
    this.mode = "given-up";
    return this.window.length;
  }

  private need(length: number): number {
    this.wanted = length;
    return NEEDS_MORE;
  }

  private markBad(bad: BadPlace): void {
    // A write that was torn can lack several records: they count as one.
    if (this.bad?.mayBeTorn === true && bad.mayBeTorn) return;
    this.settle();
    this.bad = bad;
  }

  /** Something readable follows, so the last bad place is damage. */
  private settle(): void {
    if (this.bad !== undefined) this.report(this.bad);
    this.bad = undefined;
  }

  private report({ kind, offset, message }: WalDamage): void {
    this.firstDamage ??= offset;
    this.visitor.damaged({ kind, offset, message });
  }
}
