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
  private readonly entry = new Uint32Array(WORDS);
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
    const { entry } = this;
    entry.fill(0);
    entry[0] = Math.imul(key + 1, 0x9e3779b1);
    // Longer nonces are folded: what two of them share by chance is still far below what can happen.
    for (let index = 0; index < nonceLength; index += 4) {
      const word = (index >> 2) % NONCE_WORDS;
      entry[word] = Math.imul(entry[word] as number, 31) ^ wordAt(bytes, nonceOffset + index);
    }
    for (let index = 0; index < 16; index += 4)
      entry[MARK] = (entry[MARK] as number) ^ wordAt(bytes, markOffset + index);
    entry[ETCD_KEY] = etcdKey;
    entry[REVISION] = revision;
    const slot = this.find(entry);
    if (!this.isUsed(slot)) {
      this.remember(slot, entry);
      return false;
    }
    const at = slot * WORDS;
    if (this.words[at + MARK] === entry[MARK]) return false;
    this.note(this.words[at + ETCD_KEY] as number, this.words[at + REVISION] as number);
    this.note(etcdKey, entry[REVISION]);
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

  private find(entry: Uint32Array): number {
    const mask = this.slots - 1;
    let slot =
      (Math.imul((entry[0] as number) ^ ((entry[1] as number) >>> 7), 0x85ebca6b) ^ (entry[2] as number)) & mask;
    while (this.isUsed(slot) && !this.holds(slot, entry)) slot = (slot + 1) & mask;
    return slot;
  }

  private holds(slot: number, entry: Uint32Array): boolean {
    const at = slot * WORDS;
    return this.words[at] === entry[0] && this.words[at + 1] === entry[1] && this.words[at + 2] === entry[2];
  }

  private isUsed(slot: number): boolean {
    const at = slot * WORDS;
    const { words } = this;
    return words[at] !== 0 || words[at + 1] !== 0 || words[at + 2] !== 0 || words[at + MARK] !== 0;
  }

  private remember(slot: number, entry: Uint32Array): void {
    if (this.size >= this.slots * 0.75) {
      if (this.slots === MOST_SLOTS) return;
      this.grow();
      this.words.set(entry, this.find(entry) * WORDS);
    } else {
      this.words.set(entry, slot * WORDS);
    }
    this.size++;
  }

  private grow(): void {
    const before = this.words;
    this.slots *= 2;
    this.words = new Uint32Array(this.slots * WORDS);
    for (let at = 0; at < before.length; at += WORDS) {
      const entry = before.subarray(at, at + WORDS);
      if (entry.some((word) => word !== 0)) this.words.set(entry, this.find(entry) * WORDS);
    }
  }
}

function wordAt(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] as number) << 24) |
    ((bytes[offset + 1] as number) << 16) |
    ((bytes[offset + 2] as number) << 8) |
    (bytes[offset + 3] as number)
  );
}
