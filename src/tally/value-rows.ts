import { KeptRows } from "../engine/block-list.ts";
import type { Cells } from "../engine/cells.ts";
import type { Engine } from "../engine/engine.ts";
import { Rows } from "../engine/rows.ts";
import { type LocatedRow, orderOf } from "./located-row.ts";

/** A value with what only the inventory tells. */
export interface ListedRow extends LocatedRow {
  readonly version: number;
  /** Lease ID, a 64-bit number in two halves. */
  readonly leaseHigh: number;
  readonly leaseLow: number;
  /** Bytes. */
  readonly size: number;
}

/** Stored values that an inventory lists, each with the number of its cell: 64 bytes. */
export class ValueRows {
  readonly rows: KeptRows;
  /** The one that was asked for. */
  private readonly copy: Rows;
  private readonly engine: Engine;
  private readonly cells: Cells;

  constructor(engine: Engine, cells: Cells) {
    this.rows = new KeptRows(engine);
    this.copy = new Rows(engine);
    this.engine = engine;
    this.cells = cells;
  }

  at(index: number): ListedRow {
    const { copy } = this;
    copy.count = 0;
    this.engine.exports.copyKept(this.rows.list, index, copy.list);
    const { location } = this.cells.cell(copy.number(0));
    return { ...copy.row(0), location, place: null };
  }

  /** Their places in the order of reports: key bytes, modRevision, location. */
  order(): Uint32Array {
    return orderOf(this.engine, (order) => this.engine.exports.orderRows(this.rows.list, order));
  }
}
