import type { RangePage } from "../../model/range-page.ts";
import { compareKeys, isBehind, keyAfter } from "./key-order.ts";
import { type KeySpread, type Reach, reachAfter, reachWide, spreadOf } from "./key-spread.ts";

/** What is no longer than this is not worth a second question: etcd walks over so many keys in half a millisecond. */
const SHORT_WALK_KEYS = 1_000;
/** Pieces are cut a little shorter than pages, so that most of them come whole. */
const SHARE_OF_PAGE = 0.85;
/** A piece that holds less of a page is small, and a miss when it tells nothing of what follows, or many were small. */
const SMALLEST_SHARE_OF_PAGE = 1 / 16;
const MOST_SMALL_PIECES = 3;

/** What is asked for at once. */
export interface Piece {
  readonly key: Uint8Array;
  readonly rangeEnd: Uint8Array;
  /** How its end was guessed; null at the end of its part. */
  readonly reach: Reach | null;
  /** With fewer keys it is a small one. */
  readonly keysExpected: number;
}

/** What came of a piece. */
export type PieceAnswer = Pick<RangePage, "firstKey" | "lastKey" | "rows" | "count">;

/**
 * A part of a range, which is asked for piece by piece. Of a page that only its limit ends, etcd counts all that is left of the
 * range, key by key (etcd, server/storage/mvcc/index.go: Revisions), which makes reading by pages quadratic. So each piece
 * has an end of its own, guessed by how the keys lay before. A guess that reaches too far costs a longer walk, one that falls
 * short a smaller page; no key is lost by either, since each piece begins where the one before it ends.
 */
export class RangePart {
  private from: Uint8Array;
  private readonly end: Uint8Array;
  /** Keys that are not known to be answered, or not yet. */
  private keysLeft: number;
  private spread: KeySpread | null;
  private unanswered = 0;
  /** Pieces in a row in which few keys lay. */
  private smallPieces = 0;
  /** Pieces in a row that told nothing of what follows, or came after many small ones. */
  private misses = 0;

  /** @param keys how many it holds, and how they lie; left out when not known, and then it is asked for as one piece */
  constructor(key: Uint8Array, rangeEnd: Uint8Array, keys = Number.POSITIVE_INFINITY, spread: KeySpread | null = null) {
    this.from = key;
    this.end = rangeEnd;
    this.keysLeft = keys;
    this.spread = spread;
  }

  /** Whether a piece can be taken now: after one in which nothing lay, the next waits for its answer. */
  get hasNext(): boolean {
    if (this.keysLeft === 0 || this.from === this.end) return false;
    return this.unanswered === 0 || this.misses === 0;
  }

  /** Cuts off the next piece, of about as many keys as a page has rows. */
  take(rowsOfPage: number): Piece {
    const key = this.from;
    const reach = this.reach(rowsOfPage);
    const isLast = reach === null || isBehind(reach.end, this.end) || compareKeys(reach.end, key) <= 0;
    this.from = isLast ? this.end : reach.end;
    this.unanswered += 1;
    const keysExpected = Math.max(2, rowsOfPage * SMALLEST_SHARE_OF_PAGE);
    return { key, rangeEnd: this.from, reach: isLast ? null : reach, keysExpected };
  }

  /** Notes what came of a piece; returns what its limit cut off, as a part of its own. */
  answer(piece: Piece, { firstKey, lastKey, rows, count }: PieceAnswer): RangePart | null {
    const { rangeEnd, reach, keysExpected } = piece;
    this.unanswered -= 1;
    this.keysLeft -= count;
    const spread = count < 2 ? null : (reach?.spreadWith(count) ?? null);
    this.spread = spread ?? this.spread;
    this.smallPieces = count < keysExpected ? this.smallPieces + 1 : 0;
    const isMiss = this.smallPieces > (spread === null ? 0 : MOST_SMALL_PIECES);
    if (!isMiss) this.misses = 0;
    else this.misses = rangeEnd === this.from ? this.misses + 1 : Math.max(1, this.misses);
    if (count === rows || firstKey === null || lastKey === null) return null;
    return new RangePart(keyAfter(lastKey), rangeEnd, count - rows, spreadOf(firstKey, lastKey, rows));
  }

  private reach(rowsOfPage: number): Reach | null {
    const { from, end, spread, keysLeft, misses } = this;
    if (spread === null || keysLeft <= Math.max(SHORT_WALK_KEYS, rowsOfPage)) return null;
    return misses === 0 ? reachAfter(from, spread, rowsOfPage * SHARE_OF_PAGE) : reachWide(from, end, misses);
  }
}
