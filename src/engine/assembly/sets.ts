import { hashOf } from "./bytes";
import { allocateZeros, List, newList } from "./list";

/** Revisions in one block, a bit for each. */
const BLOCK_BITS: u32 = 256;

/**
 * Some revisions of a set, which lie close together: main revisions where the sub revision is 0, else sub revisions of one
 * main revision. Kubernetes writes no sub revision but 0.
 */
@unmanaged
class Block {
  /** First of the main revisions, or the one main revision. */
  main: f64;
  /** First of the sub revisions. */
  sub: f64;
  /** Number of the set, and 1 added where the block is of sub revisions. */
  set: u32;
  unused: u32;
  first: u64;
  second: u64;
  third: u64;
  fourth: u64;
}

/** Bytes of a block that tell it from others. */
const IDENTITY_SIZE: u32 = 24;
const FIRST_SLOTS: u32 = 1024;

/** Slot: hash u32 | number of the block + 1 u32. */
let slots = allocateZeros(FIRST_SLOTS * 8);
let mask: u32 = FIRST_SLOTS - 1;
const blocks: List = newList(offsetof<Block>());
/** What is looked for. */
const wanted = changetype<Block>(allocateZeros(offsetof<Block>()));
/** The block that was found last: neighbours lie close together. */
let last: u32 = 0;

/** The set of nonces.ts; those of freed.ts are numbered from 0 on. */
export const REPEATED: u32 = 0x7fffffff;

/** Adds a revision to a set; returns whether it is new. */
export function addRevision(set: u32, main: f64, sub: f64): bool {
  const bit = want(set, main, sub);
  if (!isWanted(last)) last = findOrAdd();
  const word = wordOf(last, bit);
  const before = load<u64>(word);
  store<u64>(word, before | ((<u64>1) << (bit & 63)));
  return ((before >> (bit & 63)) & 1) === 0;
}

/** Whether a revision was added to a set. */
export function hasRevision(set: u32, main: f64, sub: f64): bool {
  const bit = want(set, main, sub);
  if (!isWanted(last)) {
    const number = load<u32>(slotOf(hashOf(changetype<usize>(wanted), IDENTITY_SIZE)), 4);
    if (number === 0) return false;
    last = number - 1;
  }
  return ((load<u64>(wordOf(last, bit)) >> (bit & 63)) & 1) !== 0;
}

/** Says which block is looked for; returns the bit of the revision in it. */
function want(set: u32, main: f64, sub: f64): u32 {
  const isSub = sub !== 0;
  const number = <u64>(isSub ? sub : main);
  const bit = <u32>(number % BLOCK_BITS);
  wanted.set = set * 2 + (isSub ? 1 : 0);
  wanted.main = isSub ? main : <f64>(number - bit);
  wanted.sub = isSub ? <f64>(number - bit) : 0;
  return bit;
}

function isWanted(number: u32): bool {
  if (number >= blocks.count) return false;
  const block = changetype<Block>(blocks.at(number));
  return block.main === wanted.main && block.sub === wanted.sub && block.set === wanted.set;
}

function findOrAdd(): u32 {
  const hash = hashOf(changetype<usize>(wanted), IDENTITY_SIZE);
  const slot = slotOf(hash);
  if (load<u32>(slot, 4) !== 0) return load<u32>(slot, 4) - 1;
  const number = blocks.count;
  memory.copy(blocks.push(), changetype<usize>(wanted), offsetof<Block>());
  store<u32>(slot, hash);
  store<u32>(slot, number + 1, 4);
  if (blocks.count * 2 > mask) growSlots();
  return number;
}

/** Where the wanted block stands, or would. */
function slotOf(hash: u32): usize {
  let index = hash & mask;
  while (true) {
    const slot = slots + <usize>index * 8;
    const number = load<u32>(slot, 4);
    if (number === 0 || (load<u32>(slot) === hash && isWanted(number - 1))) return slot;
    index = (index + 1) & mask;
  }
}

function wordOf(number: u32, bit: u32): usize {
  return blocks.at(number) + offsetof<Block>("first") + (bit >> 6) * 8;
}

function growSlots(): void {
  const before = slots;
  const count = mask + 1;
  mask = mask * 4 + 3;
  slots = allocateZeros((<usize>mask + 1) * 8);
  for (let index: u32 = 0; index < count; index++) {
    const slot = load<u64>(before + <usize>index * 8);
    if (slot === 0) continue;
    let to = <u32>slot & mask;
    while (load<u64>(slots + <usize>to * 8) !== 0) to = (to + 1) & mask;
    store<u64>(slots + <usize>to * 8, slot);
  }
  heap.free(before);
}
