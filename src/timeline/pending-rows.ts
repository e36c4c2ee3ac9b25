import type { ClassTable } from "../classify/class-table.ts";
import type { Engine } from "../engine/engine.ts";
import { Rows } from "../engine/rows.ts";
import { PENDING, type ValueAppraiser } from "../model/standing.ts";

/** Rows that may wait: more than values can be pending, since what lies between them waits too. */
const MOST_ROWS = 16 * 1024;
/** Rows that are handed on at once. */
const ROWS_AT_ONCE = 1024;

/** Who takes rows, each with its class, in the order in which they came. */
export interface RowTaker {
  takeRows(rows: Rows): void;
  /** Rows of pages of which it is not known yet whether they are stored. */
  takeUnsettled(rows: Rows): void;
}

/** Rows in the order in which they came, held back while values are being opened beside the reading. */
export class PendingRows {
  private readonly appraiser: ValueAppraiser;
  private readonly classes: ClassTable;
  private readonly taker: RowTaker;
  private readonly waiting: Rows;
  private readonly isUnsettled = new Uint8Array(MOST_ROWS);
  private readonly repeatsNonce = new Uint8Array(MOST_ROWS);
  private readonly settled: Rows;
  private readonly unsettled: Rows;
  private first = 0;
  private count = 0;

  /** @param appraiser who was asked about the rows */
  constructor(engine: Engine, appraiser: ValueAppraiser, classes: ClassTable, taker: RowTaker) {
    this.appraiser = appraiser;
    this.classes = classes;
    this.taker = taker;
    this.waiting = new Rows(engine);
    this.waiting.reserve(MOST_ROWS);
    this.settled = new Rows(engine);
    this.unsettled = new Rows(engine);
  }

  /** Waits until another row may be read and pushed. */
  makeRoom(): void {
    while (this.count === MOST_ROWS || !this.appraiser.hasRoom) this.handOnFirst();
  }

  /** Waits for all, and hands them on. */
  finish(): void {
    while (this.count > 0) this.handOnFirst();
    this.handOnSettled();
    this.handOnUnsettled();
  }

  /** @param repeatsNonce of a pending value: whether its nonce was used for another ciphertext before */
  push(rows: Rows, index: number, isUnsettled: boolean, repeatsNonce: boolean): void {
    const place = (this.first + this.count) % MOST_ROWS;
    this.waiting.write(place, rows, index);
    this.isUnsettled[place] = isUnsettled ? 1 : 0;
    this.repeatsNonce[place] = repeatsNonce ? 1 : 0;
    this.count++;
    if (this.count === 1 && rows.valueClass(index) !== PENDING) this.handOnFirst();
  }

  private handOnFirst(): void {
    const place = this.first;
    this.first = (place + 1) % MOST_ROWS;
    this.count--;
    const rows = this.isUnsettled[place] === 1 ? this.unsettled : this.settled;
    rows.append(this.waiting, place);
    this.settleLast(rows, this.repeatsNonce[place] === 1);
    if (this.settled.count === ROWS_AT_ONCE) this.handOnSettled();
    if (this.unsettled.count === ROWS_AT_ONCE) this.handOnUnsettled();
  }

  /** Gives the row that was added last the class that it has come to. */
  private settleLast(rows: Rows, repeatsNonce: boolean): void {
    const last = rows.count - 1;
    if (rows.valueClass(last) !== PENDING) return;
    const judged = this.appraiser.settleOldest();
    rows.setValueClass(last, repeatsNonce ? this.classes.withRepeatedNonce(judged) : judged);
  }

  private handOnSettled(): void {
    if (this.settled.count > 0) this.taker.takeRows(this.settled);
    this.settled.count = 0;
  }

  private handOnUnsettled(): void {
    if (this.unsettled.count > 0) this.taker.takeUnsettled(this.unsettled);
    this.unsettled.count = 0;
  }
}
