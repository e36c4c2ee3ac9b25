import { etcdKeys } from "./keys";
import { List, newList } from "./list";
import { ENTRY_SIZE, sortByNumber } from "./radix";

/** Bytes that are compared in one round; with them the number goes of how many there are, since a key may end in zeros. */
const ROUND_BYTES: u32 = 7;
/** Bytes that are looked at, in one round, for how many all keys share. */
const MOST_SHARED: u32 = 64;
/** So few keys are compared in full. */
const SMALL_RANGE: u32 = 16;

/** Keys that have some bytes in common and must still be sorted. */
@unmanaged
class Range {
  start: usize;
  count: u32;
  depth: u32;
}

const ranges: List = newList(offsetof<Range>());

/**
 * Sorts entries, whose items are etcd keys, by the keys' bytes; one that another begins with comes first. Some bytes at a
 * time, so that nobody who may name objects can make it slow.
 */
export function sortKeys(entries: usize, count: u32): void {
  // A live etcd gives its keys in order.
  if (areInOrder(entries, count)) return;
  addRange(entries, count, 0);
  while (ranges.count > 0) {
    const range = changetype<Range>(ranges.at(ranges.count - 1));
    ranges.count--;
    if (range.count <= SMALL_RANGE) sortFew(range.start, range.count);
    else sortRound(range.start, range.count, range.depth);
  }
}

function addRange(start: usize, count: u32, depth: u32): void {
  const range = changetype<Range>(ranges.push());
  range.start = start;
  range.count = count;
  range.depth = depth;
}

function sortRound(entries: usize, count: u32, least: u32): void {
  const depth = sharedLength(entries, count, least);
  for (let index: u32 = 0; index < count; index++) {
    const entry = entries + index * ENTRY_SIZE;
    store<u64>(entry, numberAt(keyOf(entry), depth));
  }
  sortByNumber(entries, count);
  let start: u32 = 0;
  for (let index: u32 = 0; index < count; index++) {
    const entry = entries + index * ENTRY_SIZE;
    if (index + 1 < count && load<u64>(entry + ENTRY_SIZE) === load<u64>(entry)) continue;
    if (index > start) addRange(entries + start * ENTRY_SIZE, index + 1 - start, depth + ROUND_BYTES);
    start = index + 1;
  }
}

/** The next bytes of a key as a number that sorts as they do. */
function numberAt(key: u32, depth: u32): u64 {
  const length = etcdKeys.lengthOf(key);
  const bytes = etcdKeys.addressOf(key) + depth;
  const there = min(length - min(length, depth), ROUND_BYTES);
  let number: u64 = 0;
  for (let index: u32 = 0; index < there; index++) number = (number << 8) | load<u8>(bytes + index);
  number <<= <u64>(ROUND_BYTES - there) * 8;
  return (number << 8) | there;
}

/** How many bytes all of these keys are seen to share, which are at least `least`. */
function sharedLength(entries: usize, count: u32, least: u32): u32 {
  const first = keyOf(entries);
  let shared = min(etcdKeys.lengthOf(first), least + MOST_SHARED);
  for (let index: u32 = 1; index < count && shared > least; index++)
    shared = sharedWith(first, keyOf(entries + index * ENTRY_SIZE), least, shared);
  return max(shared, least);
}

function sharedWith(a: u32, b: u32, least: u32, most: u32): u32 {
  const aBytes = etcdKeys.addressOf(a);
  const bBytes = etcdKeys.addressOf(b);
  const end = min(most, etcdKeys.lengthOf(b));
  let length = least;
  while (length < end && load<u8>(aBytes + length) === load<u8>(bBytes + length)) length++;
  return length;
}

function areInOrder(entries: usize, count: u32): bool {
  for (let index: u32 = 1; index < count; index++) {
    const entry = entries + index * ENTRY_SIZE;
    if (comesBefore(keyOf(entry), keyOf(entry - ENTRY_SIZE))) return false;
  }
  return true;
}

function sortFew(entries: usize, count: u32): void {
  for (let index: u32 = 1; index < count; index++) {
    const key = keyOf(entries + index * ENTRY_SIZE);
    let place = index;
    for (; place > 0 && comesBefore(key, keyOf(entries + (place - 1) * ENTRY_SIZE)); place--)
      store<u32>(entries + place * ENTRY_SIZE, keyOf(entries + (place - 1) * ENTRY_SIZE), 8);
    store<u32>(entries + place * ENTRY_SIZE, key, 8);
  }
}

function comesBefore(a: u32, b: u32): bool {
  const aLength = etcdKeys.lengthOf(a);
  const bLength = etcdKeys.lengthOf(b);
  const shared = sharedWith(a, b, 0, aLength);
  if (shared === bLength) return false;
  if (shared === aLength) return true;
  return load<u8>(etcdKeys.addressOf(a) + shared) < load<u8>(etcdKeys.addressOf(b) + shared);
}

function keyOf(entry: usize): u32 {
  return load<u32>(entry, 8);
}
