const MIB = 2 ** 20;
const PAGE_BYTES = 4 * MIB;
const SMALLEST_PAGE_BYTES = 64 * 1024;
const FIRST_ROWS = 256;
const GROWTH = 16;
const MOST_ROWS = 20_000;

/**
 * Tells how many rows to ask for, so that a page holds some MiB whatever the size of the values. etcd limits a page by rows
 * alone; so the number grows from small pages, and only as far as the values seen allow.
 */
export class PageSizer {
  private readonly targetBytes: number;
  private mostRows = FIRST_ROWS;
  private rows = 0;
  private bytes = 0;
  private lastAverage = 0;

  /** @param bytesPerSecond a ceiling makes pages of at most a quarter of a second; null for none */
  constructor(bytesPerSecond: number | null) {
    const quarter = bytesPerSecond === null ? PAGE_BYTES : bytesPerSecond / 4;
    this.targetBytes = Math.min(PAGE_BYTES, Math.max(SMALLEST_PAGE_BYTES, quarter));
  }

  /** Rows to ask for next; at least 1. */
  nextRows(): number {
    return Math.max(1, Math.min(this.mostRows, this.rowsOfFullPage()));
  }

  /** Rows that a page of full size holds, by what was seen so far. */
  rowsOfFullPage(): number {
    const average = Math.max(this.lastAverage, this.rows === 0 ? 0 : this.bytes / this.rows, 1);
    return Math.max(1, Math.min(MOST_ROWS, Math.floor(this.targetBytes / average)));
  }

  /** Notes a page that came. */
  observe(rows: number, bytes: number): void {
    if (rows === 0) return;
    this.rows += rows;
    this.bytes += bytes;
    this.lastAverage = bytes / rows;
    this.mostRows = Math.max(this.mostRows, rows * GROWTH);
  }

  /**
   * Notes a page that was refused as too large, or too slow.
   * @returns whether fewer rows can be asked for
   */
  shrink(rowsAsked: number): boolean {
    this.mostRows = Math.max(1, Math.floor(rowsAsked / GROWTH));
    return rowsAsked > 1;
  }
}
