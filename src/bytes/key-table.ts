import { getRandomValues } from "node:crypto";
import { grown } from "../model/columns.ts";

const BLOCK_LENGTH = 1024 * 1024;
const EMPTY = 0;

/**
 * Numbers for distinct byte strings: an open-addressing table over an arena. The hash is seeded for each
 * run and keys are compared in full, so that whoever may name objects can neither hide one nor slow the table down.
 */
export class KeyTable {
  /** Keys interned so far; their numbers are 0 to size - 1. */
  size = 0;
  /** One random number for each byte value: without it nobody can choose keys that collide. */
  private readonly seeds = getRandomValues(new Uint32Array(256));
  /** Slot -> number + 1. */
  private slots = new Uint32Array(1024);
  private hashes = new Uint32Array(0);
  private blockOf = new Uint32Array(0);
  private offsetOf = new Uint32Array(0);
  private lengthOf = new Uint32Array(0);
  private readonly blocks: Uint8Array[] = [];
  private blockUsed = 0;
  /** The number that was given last. */
  private last = -1;

  /** The number of the key at `offset`; a new one where the key is new. */
  intern(bytes: Uint8Array, offset: number, length: number): number {
    // Neighbours share folder and provider, and keys are often written, copied and rewritten in one order.
    if (!this.equals(this.last, bytes, offset, length)) {
      this.last = this.equals(this.last + 1, bytes, offset, length)
        ? this.last + 1
        : this.lookUp(bytes, offset, length);
    }
    return this.last;
  }

  /** The number of the key at `offset`; undefined where it was never interned. */
  find(bytes: Uint8Array, offset: number, length: number): number | undefined {
    const entry = this.slots[this.slotOf(this.hash(bytes, offset, length), bytes, offset, length)] as number;
    return entry === EMPTY ? undefined : entry - 1;
  }

  /** The bytes of a key: a view that stays valid. */
  bytesOf(key: number): Uint8Array {
    const block = this.blocks[this.blockOf[key] as number] as Uint8Array;
    const offset = this.offsetOf[key] as number;
    return block.subarray(offset, offset + (this.lengthOf[key] as number));
  }

  private lookUp(bytes: Uint8Array, offset: number, length: number): number {
    const hash = this.hash(bytes, offset, length);
    const slot = this.slotOf(hash, bytes, offset, length);
    const entry = this.slots[slot] as number;
    return entry === EMPTY ? this.insert(slot, hash, bytes, offset, length) : entry - 1;
  }

  /** Where a key stands, or would. */
  private slotOf(hash: number, bytes: Uint8Array, offset: number, length: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot] as number;
      if (entry === EMPTY) return slot;
      const key = entry - 1;
      if (this.hashes[key] === hash && this.equals(key, bytes, offset, length)) return slot;
    }
  }

  private insert(slot: number, hash: number, bytes: Uint8Array, offset: number, length: number): number {
    const key = this.size;
    if (key === this.hashes.length) this.growColumns();
    if (this.blocks.length === 0 || this.blockUsed + length > BLOCK_LENGTH) {
      this.blocks.push(new Uint8Array(Math.max(BLOCK_LENGTH, length)));
      this.blockUsed = 0;
    }
    const block = this.blocks.length - 1;
    (this.blocks[block] as Uint8Array).set(bytes.subarray(offset, offset + length), this.blockUsed);
    this.hashes[key] = hash;
    this.blockOf[key] = block;
    this.offsetOf[key] = this.blockUsed;
    this.lengthOf[key] = length;
    this.blockUsed += length;
    this.slots[slot] = key + 1;
    this.size++;
    if (this.size * 2 > this.slots.length) this.rehash();
    return key;
  }

  private equals(key: number, bytes: Uint8Array, offset: number, length: number): boolean {
    if (key < 0 || key >= this.size || this.lengthOf[key] !== length) return false;
    const block = this.blocks[this.blockOf[key] as number] as Uint8Array;
    const start = this.offsetOf[key] as number;
    for (let index = length - 1; index >= 0; index--) if (block[start + index] !== bytes[offset + index]) return false;
    return true;
  }

  /** FNV-1a over seeded bytes, with murmur3's final mix; 32 bits. */
  private hash(bytes: Uint8Array, offset: number, length: number): number {
    const { seeds } = this;
    let hash = length;
    for (let index = offset; index < offset + length; index++) {
      hash = Math.imul(hash ^ (seeds[bytes[index] as number] as number), 0x01000193);
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  private rehash(): void {
    const slots = new Uint32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let key = 0; key < this.size; key++) {
      let slot = (this.hashes[key] as number) & mask;
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      slots[slot] = key + 1;
    }
    this.slots = slots;
  }

  private growColumns(): void {
    const capacity = Math.max(512, this.size * 2);
    this.hashes = grown(this.hashes, new Uint32Array(capacity));
    this.blockOf = grown(this.blockOf, new Uint32Array(capacity));
    this.offsetOf = grown(this.offsetOf, new Uint32Array(capacity));
    this.lengthOf = grown(this.lengthOf, new Uint32Array(capacity));
  }
}
