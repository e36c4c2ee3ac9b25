import type { ClassTable } from "../classify/class-table.ts";
import { PENDING, type ValueAppraiser } from "../model/standing.ts";
import { RowColumns } from "./row-columns.ts";
import { emptyRow, type TimelineRow } from "./timeline.ts";

/** Rows that may wait: more than values can be pending, since what lies between them waits too. */
const MOST_ROWS = 16 * 1024;

/** What waits at a place. */
const [ROW, UNSETTLED_ROW, GROUP_END] = [0, 1, 2] as const;

/** Who takes rows, each with its class, in the order in which they came. */
export interface RowTaker {
  takeRow(row: Readonly<TimelineRow>): void;
  takeUnsettled(row: Readonly<TimelineRow>): void;
  endGroup(group: number): void;
}

/** Rows in the order in which they came, held back while values are being opened beside the reading. */
export class PendingRows {
  private readonly appraiser: ValueAppraiser | undefined;
  private readonly classes: ClassTable;
  private readonly taker: RowTaker;
  private readonly keepsDetails: boolean;
  /** Made when the first row has to wait. */
  private columns: RowColumns | undefined;
  private readonly kinds = new Uint8Array(MOST_ROWS);
  private readonly repeatsNonce = new Uint8Array(MOST_ROWS);
  private readonly groups = new Float64Array(MOST_ROWS);
  private readonly row = emptyRow();
  private first = 0;
  private count = 0;

  /** @param appraiser who was asked about the rows; without one no row has to wait */
  constructor(appraiser: ValueAppraiser | undefined, classes: ClassTable, keepsDetails: boolean, taker: RowTaker) {
    this.appraiser = appraiser;
    this.classes = classes;
    this.taker = taker;
    this.keepsDetails = keepsDetails;
  }

  /** Waits until another row may be read and pushed. */
  makeRoom(): void {
    while (this.count === MOST_ROWS || this.appraiser?.hasRoom === false) this.handOnFirst();
  }

  /** Waits for all. */
  finish(): void {
    while (this.count > 0) this.handOnFirst();
  }

  /** @param repeatsNonce of a pending value: whether its nonce was used for another ciphertext before */
  push(row: Readonly<TimelineRow>, isUnsettled: boolean, repeatsNonce: boolean): void {
    if (this.count === 0 && row.valueClass !== PENDING) {
      if (isUnsettled) this.taker.takeUnsettled(row);
      else this.taker.takeRow(row);
      return;
    }
    const place = this.add(isUnsettled ? UNSETTLED_ROW : ROW);
    this.columns ??= new RowColumns(MOST_ROWS, this.keepsDetails);
    this.columns.write(place, row);
    this.repeatsNonce[place] = repeatsNonce ? 1 : 0;
  }

  /** Says that the unsettled rows since the last call are those of `group`. */
  endGroup(group: number): void {
    if (this.count === 0) {
      this.taker.endGroup(group);
      return;
    }
    this.makeRoom();
    this.groups[this.add(GROUP_END)] = group;
  }

  private add(kind: number): number {
    const place = (this.first + this.count) % MOST_ROWS;
    this.kinds[place] = kind;
    this.count++;
    return place;
  }

  private handOnFirst(): void {
    const place = this.first;
    this.first = (place + 1) % MOST_ROWS;
    this.count--;
    const kind = this.kinds[place];
    if (kind === GROUP_END) {
      this.taker.endGroup(this.groups[place] as number);
      return;
    }
    this.columns?.read(place, this.row);
    if (this.appraiser !== undefined && this.row.valueClass === PENDING) {
      const judged = this.appraiser.settleOldest();
      this.row.valueClass = this.repeatsNonce[place] === 1 ? this.classes.withRepeatedNonce(judged) : judged;
    }
    if (kind === ROW) this.taker.takeRow(this.row);
    else this.taker.takeUnsettled(this.row);
  }
}
