import { createHash } from "node:crypto";
import type { FreedPlace } from "../model/record-sink.ts";
import type { FreedListener } from "./freed-rows.ts";
import { emptyRow, type TimelineRow } from "./timeline.ts";

/** Bits of a digest that fit a safe integer. */
const DIGEST_BYTES = 6;

interface ContentRow extends TimelineRow {
  readonly digest: number;
  readonly place: FreedPlace;
}

/**
 * Values of which no revision tells whether they are still stored: puts of WAL files have none, and in a database that
 * was left over a revision may be another write. They are told by key and value: by 48 bits of their SHA-256, kept for
 * every value that is stored, and for every distinct one here.
 */
export class ContentRows {
  private readonly rows: ContentRow[] = [];
  private readonly stored = new Set<number>();
  private readonly seen = new Set<number>();
  private readonly numberOfFile = new Map<string | null, number>();

  /** Takes note of a value that is stored. */
  noteStored(key: number, value: Uint8Array): void {
    this.stored.add(digestOf([key], value));
  }

  /** Adds a value; one that was added before, of the same file and revision, is passed over. */
  add(row: Readonly<TimelineRow>, value: Uint8Array, place: FreedPlace): void {
    const { key, main, sub } = row;
    const file = this.fileNumber(place.file);
    const identity = digestOf([key, main, sub, file], value);
    if (this.seen.has(identity)) return;
    this.seen.add(identity);
    this.rows.push({ ...row, digest: digestOf([key], value), place });
  }

  /** Hands on each value; the row is reused. */
  visit(onFreed: FreedListener): void {
    const row = emptyRow();
    for (const { digest, place, ...added } of this.rows) {
      onFreed(Object.assign(row, added), place, this.stored.has(digest));
    }
  }

  private fileNumber(file: string | null): number {
    const number = this.numberOfFile.get(file) ?? this.numberOfFile.size;
    this.numberOfFile.set(file, number);
    return number;
  }
}

function digestOf(numbers: readonly number[], value: Uint8Array): number {
  const hash = createHash("sha256").update(Float64Array.from(numbers)).update(value);
  return hash.digest().readUIntBE(0, DIGEST_BYTES);
}
