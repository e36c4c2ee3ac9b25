import { compareKeys, isBehind } from "../../../src/etcd/client/key-order.ts";
import type { Piece, PieceAnswer } from "../../../src/etcd/client/range-part.ts";

/** The index of an etcd that holds some keys, which counts what it walks over (etcd, server/storage/mvcc/index.go: Revisions). */
export class SortedKeys {
  readonly keys: readonly Uint8Array[];
  questions = 0;
  /** Keys walked over, those that were only counted among them. */
  walked = 0;

  constructor(keys: readonly Uint8Array[]) {
    this.keys = [...keys].sort(compareKeys);
  }

  /** What is answered, and the keys of it. */
  ask(
    { key, rangeEnd }: Pick<Piece, "key" | "rangeEnd">,
    limit: number,
  ): PieceAnswer & { readonly page: readonly Uint8Array[] } {
    const from = this.firstWhere((each) => compareKeys(each, key) >= 0);
    const end = Math.max(
      from,
      this.firstWhere((each) => isBehind(each, rangeEnd)),
    );
    const page = this.keys.slice(from, Math.min(end, from + limit));
    this.questions += 1;
    this.walked += end - from;
    return { page, firstKey: page[0] ?? null, lastKey: page.at(-1) ?? null, rows: page.length, count: end - from };
  }

  /** The place of the first key that lies behind; the number of keys when none does. */
  private firstWhere(liesBehind: (key: Uint8Array) => boolean): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (liesBehind(this.keys[middle] as Uint8Array)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
