import { areEqual, hashOf } from "./bytes";
import { allocate, allocateZeros, List, newList } from "./list";

const FIRST_SLOTS: u32 = 4096;
/** Slot: hash u32 | number + 1 u32. */
const SLOT_SIZE: u32 = 8;
/** Entry: address u32 | length u32 | hash u32 | a number that is given with the key u32. */
const ENTRY_SIZE: u32 = 16;
const BLOCK_SIZE: u32 = 1024 * 1024;

/** In place of a key's number: there is no such key. */
export const NO_KEY: u32 = 0xffffffff;

/**
 * Numbers for distinct byte strings: an open-addressing table over an arena. Hashes are seeded for each engine and strings
 * are compared in full, so that whoever may name objects can neither hide one nor slow the table down.
 */
@unmanaged
export class KeyTable {
  slots: usize;
  mask: u32;
  entries: List;
  block: usize;
  blockLeft: u32;
  /** The number that was given last. */
  last: u32;

  /** How many there are; their numbers are below it. */
  get count(): u32 {
    return this.entries.count;
  }

  /** Where a key's bytes lie. */
  addressOf(key: u32): usize {
    return load<u32>(this.entries.at(key));
  }

  lengthOf(key: u32): u32 {
    return load<u32>(this.entries.at(key), 4);
  }

  /** The number that was given with the key. */
  tagOf(key: u32): u32 {
    return load<u32>(this.entries.at(key), 12);
  }

  /** The number of a key; NO_KEY where it is not there. */
  find(key: usize, length: u32): u32 {
    // Keys are often written, copied and rewritten in one order.
    if (this.isKey(this.last, key, length)) return this.last;
    if (this.isKey(this.last + 1, key, length)) {
      this.last++;
      return this.last;
    }
    const slot = this.slotOf(key, length, hashOf(key, length));
    const number = load<u32>(slot, 4);
    if (number === 0) return NO_KEY;
    this.last = number - 1;
    return this.last;
  }

  /** The number of a key; a new one, with a tag, where it is new. */
  intern(key: usize, length: u32, tag: u32): u32 {
    const found = this.find(key, length);
    if (found !== NO_KEY) return found;
    const hash = hashOf(key, length);
    const slot = this.slotOf(key, length, hash);
    this.last = this.add(key, length, hash, tag);
    store<u32>(slot, hash);
    store<u32>(slot, this.last + 1, 4);
    if (this.count * 2 > this.mask) this.growSlots();
    return this.last;
  }

  private isKey(number: u32, key: usize, length: u32): bool {
    if (number >= this.count) return false;
    const entry = this.entries.at(number);
    return load<u32>(entry, 4) === length && areEqual(load<u32>(entry), key, length);
  }

  /** Where a key stands, or would. */
  private slotOf(key: usize, length: u32, hash: u32): usize {
    let index = hash & this.mask;
    while (true) {
      const slot = this.slots + <usize>index * SLOT_SIZE;
      const number = load<u32>(slot, 4);
      if (number === 0 || (load<u32>(slot) === hash && this.isKey(number - 1, key, length))) return slot;
      index = (index + 1) & this.mask;
    }
  }

  private add(key: usize, length: u32, hash: u32, tag: u32): u32 {
    if (length > this.blockLeft) {
      this.blockLeft = max(BLOCK_SIZE, length);
      this.block = allocate(this.blockLeft);
    }
    memory.copy(this.block, key, length);
    const number = this.count;
    const entry = this.entries.push();
    store<u32>(entry, <u32>this.block);
    store<u32>(entry, length, 4);
    store<u32>(entry, hash, 8);
    store<u32>(entry, tag, 12);
    this.block += length;
    this.blockLeft -= length;
    return number;
  }

  /** Four times as many: a table this large is filled anew seldom. */
  private growSlots(): void {
    heap.free(this.slots);
    this.mask = this.mask * 4 + 3;
    this.slots = allocateZeros((<usize>this.mask + 1) * SLOT_SIZE);
    for (let number: u32 = 0; number < this.count; number++) {
      const hash = load<u32>(this.entries.at(number), 8);
      let index = hash & this.mask;
      while (load<u32>(this.slots + <usize>index * SLOT_SIZE, 4) !== 0) index = (index + 1) & this.mask;
      store<u32>(this.slots + <usize>index * SLOT_SIZE, hash);
      store<u32>(this.slots + <usize>index * SLOT_SIZE, number + 1, 4);
    }
  }
}

/** A new and empty table. */
export function newKeyTable(): KeyTable {
  const table = changetype<KeyTable>(allocateZeros(offsetof<KeyTable>()));
  table.slots = allocateZeros(FIRST_SLOTS * SLOT_SIZE);
  table.mask = FIRST_SLOTS - 1;
  table.entries = newList(ENTRY_SIZE);
  return table;
}
