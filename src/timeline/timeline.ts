import type { Engine } from "../engine/engine.ts";
import { Rows, TOMBSTONE } from "../engine/rows.ts";

/** Rows that are handed on at once. */
const ROWS_AT_ONCE = 8192;
const ANY_FOLDER = 0xffffffff;

/** Takes rows, which are valid during the call only. */
export type RowsListener = (rows: Rows) => void;

/**
 * Decides which revision of each key is live: the newest, unless it marks a deletion. Revisions may come in any order,
 * each but once; only the newest of a key may come again. The engine holds one row a key: a newer revision sends the older
 * one on as superseded.
 */
export class Timeline {
  private readonly engine: Engine;
  private readonly onSuperseded: RowsListener;
  private readonly superseded: Rows;

  constructor(engine: Engine, onSuperseded: RowsListener) {
    this.engine = engine;
    this.onSuperseded = onSuperseded;
    this.superseded = new Rows(engine);
  }

  /** Takes revisions; rows out of scope are passed over. */
  place(rows: Rows): void {
    const { superseded } = this;
    this.engine.exports.placeRows(rows.list, superseded.list);
    if (superseded.count > 0) this.onSuperseded(superseded);
    superseded.count = 0;
  }

  /** The class of a key's live value; undefined where it has none. */
  liveClass(key: number): number | undefined {
    const valueClass = this.engine.exports.liveClass(key) >>> 0;
    return valueClass === TOMBSTONE ? undefined : valueClass;
  }

  /**
   * Hands on the live revision of each key, in the order of the keys' numbers.
   * @param folder its number; without it, keys of all folders
   */
  visitLive(onLive: RowsListener, folder = ANY_FOLDER): void {
    const { exports } = this.engine;
    const rows = new Rows(this.engine);
    for (let key = 0; key < exports.placedKeys(); ) {
      key = exports.liveRows(key, ROWS_AT_ONCE, folder, rows.list);
      if (rows.count > 0) onLive(rows);
      rows.count = 0;
    }
    rows.free();
  }
}
