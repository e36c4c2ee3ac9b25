import { randomInt } from "node:crypto";

/** 32-bit words of a fingerprint. */
const WORDS = 4;
/** Rows at the beginning; a power of two, as every size of the table is. */
const FIRST_CAPACITY = 1024;

/**
 * Fingerprints of millions of findings in the order added: 24 to 48 bytes each, where a set of strings takes some 120.
 * Rows of four words, and a table of row numbers at open addresses that is at most half full. Fingerprints are hashes, but a
 * report may hold any: addresses are made of all words and a number drawn for each table, so that nobody can slow it down.
 */
export class FingerprintTable {
  private words = new Uint32Array(FIRST_CAPACITY * WORDS);
  /** Row numbers plus one; 0: free. */
  private slots = new Uint32Array(FIRST_CAPACITY * 2);
  private rows = 0;
  private readonly seed = randomInt(2 ** 32);

  /** Fingerprints added, each as often as it was. */
  get size(): number {
    return this.rows;
  }

  /** Adds a fingerprint of 32 hex digits. */
  add(fingerprint: string): void {
    if (this.rows * WORDS === this.words.length) this.grow();
    const start = this.rows * WORDS;
    for (let word = 0; word < WORDS; word++) this.words[start + word] = wordOf(fingerprint, word);
    this.rows++;
    this.insert(this.rows - 1);
  }

  /** Whether a fingerprint was added. */
  has(fingerprint: string): boolean {
    return this.find(wordOf(fingerprint, 0), wordOf(fingerprint, 1), wordOf(fingerprint, 2), wordOf(fingerprint, 3));
  }

  /** Whether the fingerprint in a row of another table was added to this one. */
  hasRowOf(other: FingerprintTable, row: number): boolean {
    const { words } = other;
    const start = row * WORDS;
    return this.find(at(words, start), at(words, start + 1), at(words, start + 2), at(words, start + 3));
  }

  private find(a: number, b: number, c: number, d: number): boolean {
    const { words, slots } = this;
    const mask = slots.length - 1;
    for (let slot = this.addressOf(a, b, c, d) & mask; ; slot = (slot + 1) & mask) {
      const row = at(slots, slot);
      if (row === 0) return false;
      const start = (row - 1) * WORDS;
      if (words[start] === a && words[start + 1] === b && words[start + 2] === c && words[start + 3] === d) return true;
    }
  }

  private insert(row: number): void {
    if (this.hasRowOf(this, row)) return;
    const mask = this.slots.length - 1;
    const { words } = this;
    const start = row * WORDS;
    const address = this.addressOf(at(words, start), at(words, start + 1), at(words, start + 2), at(words, start + 3));
    let slot = address & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = row + 1;
  }

  private addressOf(a: number, b: number, c: number, d: number): number {
    let hash = this.seed;
    for (const word of [a, b, c, d]) {
      hash = Math.imul(hash ^ word, 0x85ebca6b);
      hash ^= hash >>> 13;
    }
    return hash;
  }

  private grow(): void {
    const words = new Uint32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    this.slots = new Uint32Array(this.slots.length * 2);
    for (let row = 0; row < this.rows; row++) this.insert(row);
  }
}

function wordOf(fingerprint: string, word: number): number {
  return Number.parseInt(fingerprint.slice(word * 8, word * 8 + 8), 16);
}

function at(column: Uint32Array, index: number): number {
  return column[index] ?? 0;
}
