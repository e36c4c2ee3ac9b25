import { createHash } from "node:crypto";
import type { FreedPlace } from "../model/record-sink.ts";
import type { FreedListener } from "./freed-rows.ts";
import { emptyRow } from "./timeline.ts";

/** Bits of a digest that fit a safe integer. */
const DIGEST_BYTES = 6;

interface WalRow {
  readonly key: number;
  readonly valueClass: number;
  readonly digest: number;
  readonly place: FreedPlace;
}

/**
 * Puts of WAL files. They have no revision, so a put that is still stored is told by its key and value: by 48 bits of
 * their SHA-256, kept for every value that is stored and every distinct put.
 */
export class WalRows {
  private readonly rows: WalRow[] = [];
  private readonly stored = new Set<number>();
  private readonly seen = new Set<number>();

  /** Takes note of a value that is stored. */
  noteStored(key: number, value: Uint8Array): void {
    this.stored.add(digestOf(key, value));
  }

  /** Adds a put; one that was added before is passed over. */
  add(key: number, valueClass: number, value: Uint8Array, place: FreedPlace): void {
    const digest = digestOf(key, value);
    if (this.seen.has(digest)) return;
    this.seen.add(digest);
    this.rows.push({ key, valueClass, digest, place });
  }

  /** Hands on each put. */
  visit(onFreed: FreedListener): void {
    const row = emptyRow();
    for (const { key, valueClass, digest, place } of this.rows) {
      row.key = key;
      row.valueClass = valueClass;
      onFreed(row, place, this.stored.has(digest));
    }
  }
}

function digestOf(key: number, value: Uint8Array): number {
  const hash = createHash("sha256").update(Uint32Array.of(key)).update(value);
  return hash.digest().readUIntBE(0, DIGEST_BYTES);
}
