import { KeptRows } from "../engine/block-list.ts";
import type { Engine } from "../engine/engine.ts";
import { Rows } from "../engine/rows.ts";
import type { RowsListener } from "./timeline.ts";

/** Rows that are handed on at once. */
const ROWS_AT_ONCE = 8192;

/**
 * Records found in bytes that the store no longer uses, kept until all that it does use have been seen: copy-on-write
 * leaves many copies of revisions that are still stored.
 */
export class FreedRows {
  private readonly engine: Engine;
  private readonly kept: KeptRows;

  constructor(engine: Engine) {
    this.engine = engine;
    this.kept = new KeptRows(engine);
  }

  /** Takes note of revisions that are stored. */
  noteStored(rows: Rows): void {
    this.engine.exports.noteStored(rows.list);
  }

  /** Keeps those that are values in scope, with the number of their area; their `where` is their offset in its file. */
  add(rows: Rows, area: number): void {
    this.engine.exports.keepFreed(rows.list, area, this.kept.list);
  }

  /**
   * Hands on each revision once for each file that it lies in, as it was found there first, with the number of its area;
   * marked where it is stored as well. Once: what was handed on is not handed on again.
   */
  visit(onFreed: RowsListener): void {
    const { exports } = this.engine;
    const { kept } = this;
    const rows = new Rows(this.engine);
    for (let next = 0; next < kept.count; ) {
      next = exports.distinctFreed(kept.list, next, ROWS_AT_ONCE, rows.list);
      if (rows.count > 0) onFreed(rows);
      rows.count = 0;
    }
    rows.free();
  }
}
