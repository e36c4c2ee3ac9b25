import { getRandomValues } from "node:crypto";
import type { Ciphertext } from "../classify/prefix.ts";

/** Slots of 24 bytes: room for some 800,000 ciphertexts. What comes after is compared and not remembered. */
const MOST_SLOTS = 2 ** 20;
const FIRST_SLOTS = 2 ** 12;
/** Three words of nonce, one of ciphertext, the etcd key's number, the revision's lower half. */
const WORDS = 6;
const NONCE_WORDS = 3;
const MARK = 3;
const ETCD_KEY = 4;
const REVISION = 5;

/**
 * The nonces that were seen under each key, 96 bits of each, with 32 bits of the ciphertext that it was used for: the
 * authentication tag, or the last block.
 */
export class NonceTable {
  private slots = FIRST_SLOTS;
  private words = new Uint32Array(FIRST_SLOTS * WORDS);
  private size = 0;
  /** Without it somebody could choose bytes that make the table slow. */
  private readonly secret = getRandomValues(new Int32Array(1))[0] ?? 0;
  /** The first of those that share a nonce: etcd key's number -> lower halves of revisions. */
  private readonly repeated = new Map<number, Set<number>>();

  /**
   * Whether another ciphertext was seen under the same key with the same nonce. The same ciphertext seen again is none.
   * @param key a number that stands for provider and key name
   * @param etcdKey the number of the etcd key
   */
  repeats(
    key: number,
    { nonceOffset, nonceLength, markOffset }: Ciphertext,
    bytes: Uint8Array,
    etcdKey: number,
    revision: number,
  ): boolean {
    let first = Math.imul(key + 1, 0x9e3779b1);
    let second = 0;
    let third = 0;
    // Longer nonces are folded: what two of them share by chance is still far below what can happen.
    for (let at = nonceOffset; at < nonceOffset + nonceLength; at += 4 * NONCE_WORDS) {
      const left = nonceOffset + nonceLength - at;
      first = Math.imul(first, 31) ^ wordAt(bytes, at);
      if (left > 4) second = Math.imul(second, 31) ^ wordAt(bytes, at + 4);
      if (left > 8) third = Math.imul(third, 31) ^ wordAt(bytes, at + 8);
    }
    const mark =
      wordAt(bytes, markOffset) ^
      wordAt(bytes, markOffset + 4) ^
      wordAt(bytes, markOffset + 8) ^
      wordAt(bytes, markOffset + 12);
    const at = this.find(first, second, third);
    if (!isUsed(this.words, at)) {
      const free = this.freeSlot(at, first, second, third);
      if (free !== -1) this.write(free, first, second, third, mark, etcdKey, revision);
      return false;
    }
    if (this.words[at + MARK] === mark >>> 0) return false;
    this.note(this.words[at + ETCD_KEY] as number, this.words[at + REVISION] as number);
    this.note(etcdKey, revision >>> 0);
    return true;
  }

  /** Whether a value's nonce was used for another ciphertext that has been seen, before or after it. */
  isRepeated(etcdKey: number, revision: number): boolean {
    return this.repeated.get(etcdKey)?.has(revision >>> 0) ?? false;
  }

  private note(etcdKey: number, revision: number): void {
    const revisions = this.repeated.get(etcdKey) ?? new Set();
    this.repeated.set(etcdKey, revisions.add(revision));
  }

  /** Where in the words this nonce stands, or would. */
  private find(first: number, second: number, third: number): number {
    const { words } = this;
    const mask = this.slots - 1;
    for (let slot = this.home(first, second, third) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * WORDS;
      const isSame = words[at] === first >>> 0 && words[at + 1] === second >>> 0 && words[at + 2] === third >>> 0;
      if (isSame || !isUsed(words, at)) return at;
    }
  }

  /** Where a nonce belongs: mixed well, since not all that is taken for a nonce is random. */
  private home(first: number, second: number, third: number): number {
    let hash = this.secret ^ first;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) ^ second;
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) ^ third;
    hash = Math.imul(hash ^ (hash >>> 16), 0x9e3779b1);
    return hash ^ (hash >>> 15);
  }

  /** Where a nonce can be written that would stand at `at`; -1 once the table is full and may not grow. */
  private freeSlot(at: number, first: number, second: number, third: number): number {
    if (this.size < this.slots * 0.75) return at;
    if (this.slots === MOST_SLOTS) return -1;
    this.grow();
    return this.find(first, second, third);
  }

  /** One number after the other: an array for each entry would cost as much as all else here. */
  private write(
    at: number,
    first: number,
    second: number,
    third: number,
    mark: number,
    etcdKey: number,
    revision: number,
  ): void {
    const { words } = this;
    words[at] = first;
    words[at + 1] = second;
    words[at + 2] = third;
    words[at + MARK] = mark;
    words[at + ETCD_KEY] = etcdKey;
    words[at + REVISION] = revision;
    this.size++;
  }

  private grow(): void {
    const before = this.words;
    this.slots *= 2;
    this.words = new Uint32Array(this.slots * WORDS);
    for (let at = 0; at < before.length; at += WORDS) {
      if (!isUsed(before, at)) continue;
      const to = this.find(before[at] as number, before[at + 1] as number, before[at + 2] as number);
      for (let word = 0; word < WORDS; word++) this.words[to + word] = before[at + word] as number;
    }
  }
}

function isUsed(words: Uint32Array, at: number): boolean {
  return words[at] !== 0 || words[at + 1] !== 0 || words[at + 2] !== 0 || words[at + MARK] !== 0;
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] as number) << 24) |
    ((bytes[offset + 1] as number) << 16) |
    ((bytes[offset + 2] as number) << 8) |
    (bytes[offset + 3] as number)
  );
}
