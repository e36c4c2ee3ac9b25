import { createHash } from "node:crypto";
import type { Engine } from "../engine/engine.ts";
import { Rows } from "../engine/rows.ts";
import type { RowsListener } from "./timeline.ts";

/** Bits of a digest that fit a safe integer. */
const DIGEST_BYTES = 6;

/** Numbers that stand for an area, and for its file. */
export interface NumberedArea {
  readonly area: number;
  readonly file: number;
}

/**
 * Values of which no revision tells whether they are still stored: puts of WAL files have none, and in a database that
 * was left over a revision may be another write. They are told by key and value: by 48 bits of their SHA-256, kept for
 * every value that is stored, and for every distinct one here.
 */
export class ContentRows {
  private readonly rows: Rows;
  /** By row. */
  private readonly digests: number[] = [];
  private readonly stored = new Set<number>();
  private readonly seen = new Set<number>();

  constructor(engine: Engine) {
    this.rows = new Rows(engine);
  }

  /** Takes note of a value that is stored. */
  noteStored(key: number, value: Uint8Array): void {
    this.stored.add(digestOf([key], value));
  }

  /** Adds a value with the number of its area; one that was added before, of the same file and revision, is passed over. */
  add(rows: Rows, index: number, value: Uint8Array, { area, file }: NumberedArea): void {
    const key = rows.key(index);
    const identity = digestOf([key, rows.main(index), rows.sub(index), file], value);
    if (this.seen.has(identity)) return;
    this.seen.add(identity);
    this.rows.append(rows, index);
    this.rows.setNumber(this.rows.count - 1, area);
    this.digests.push(digestOf([key], value));
  }

  /** Hands on all values, marked where they are stored as well. */
  visit(onFreed: RowsListener): void {
    const { rows, digests, stored } = this;
    for (const [index, digest] of digests.entries()) if (stored.has(digest)) rows.setCopy(index);
    if (rows.count > 0) onFreed(rows);
  }
}

function digestOf(numbers: readonly number[], value: Uint8Array): number {
  const hash = createHash("sha256").update(Float64Array.from(numbers)).update(value);
  return hash.digest().readUIntBE(0, DIGEST_BYTES);
}
