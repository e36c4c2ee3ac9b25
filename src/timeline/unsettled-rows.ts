import { KeptRows } from "../engine/block-list.ts";
import type { Engine } from "../engine/engine.ts";
import { Rows } from "../engine/rows.ts";
import type { RowsListener } from "./timeline.ts";

/** Rows that are handed on at once. */
const ROWS_AT_ONCE = 8192;

/** Records of a stream, page by page, kept until it is known which pages count. */
export class UnsettledRows {
  private readonly engine: Engine;
  private readonly kept: KeptRows;

  constructor(engine: Engine) {
    this.engine = engine;
    this.kept = new KeptRows(engine);
  }

  /** Keeps copies of rows, whose `where` is their page. */
  add(rows: Rows): void {
    this.engine.exports.keepRows(rows.list, this.kept.list);
  }

  /**
   * Hands on the rows of pages that are wanted, in the order in which they came.
   * @param whereOf what the rows of a page have for `where` from then on; negative: they are not wanted
   */
  visit(whereOf: (page: number) => number, onRows: RowsListener): void {
    const { host, exports } = this.engine;
    const { kept } = this;
    const rows = new Rows(this.engine);
    host.whereOfPage = whereOf;
    for (let next = 0; next < kept.count; ) {
      next = exports.rowsOfPages(kept.list, next, ROWS_AT_ONCE, rows.list);
      if (rows.count > 0) onRows(rows);
      rows.count = 0;
    }
    rows.free();
  }

  /** Forgets all rows. */
  clear(): void {
    this.kept.clear();
  }
}
