import { grown } from "../model/columns.ts";

/** Revisions in one block, and the 32-bit words that hold a bit for each. */
const BLOCK_REVISIONS = 256;
const BLOCK_WORDS = BLOCK_REVISIONS / 32;

/**
 * A set of revisions: a bit for each, in blocks, so that memory follows how many there are and how close they lie. Those
 * with a sub revision other than 0, which Kubernetes never writes, are kept apart.
 */
export class RevisionSet {
  private readonly blockOf = new Map<number, number>();
  private words = new Uint32Array(0);
  /** The block of the last revision: neighbours lie close together. */
  private last = { number: -1, block: 0 };
  /** Main revision -> the sub revisions other than 0. */
  private readonly subs = new Map<number, RevisionSet>();

  /** Adds a revision; returns whether it is new. */
  add(main: number, sub: number): boolean {
    if (sub !== 0) return this.addSub(main, sub);
    const word = this.wordOf(main);
    const bit = 1 << (main % 32);
    const before = this.words[word] as number;
    this.words[word] = before | bit;
    return (before & bit) === 0;
  }

  /** Whether a revision was added. */
  has(main: number, sub: number): boolean {
    if (sub !== 0) return this.subs.get(main)?.has(sub, 0) ?? false;
    const block = this.blockOf.get(Math.floor(main / BLOCK_REVISIONS));
    if (block === undefined) return false;
    const word = this.words[block * BLOCK_WORDS + Math.floor((main % BLOCK_REVISIONS) / 32)] as number;
    return (word & (1 << (main % 32))) !== 0;
  }

  private addSub(main: number, sub: number): boolean {
    let subs = this.subs.get(main);
    if (subs === undefined) {
      subs = new RevisionSet();
      this.subs.set(main, subs);
    }
    return subs.add(sub, 0);
  }

  private wordOf(main: number): number {
    const number = Math.floor(main / BLOCK_REVISIONS);
    if (number !== this.last.number) this.last = { number, block: this.blockAt(number) };
    return this.last.block * BLOCK_WORDS + Math.floor((main % BLOCK_REVISIONS) / 32);
  }

  private blockAt(number: number): number {
    const known = this.blockOf.get(number);
    if (known !== undefined) return known;
    const block = this.blockOf.size;
    this.blockOf.set(number, block);
    const needed = (block + 1) * BLOCK_WORDS;
    if (needed > this.words.length) this.words = grown(this.words, new Uint32Array(needed * 2));
    return block;
  }
}
