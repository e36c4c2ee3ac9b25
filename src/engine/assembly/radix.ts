import { allocate } from "./list";

/** What is sorted: a number u64, and the item u32 that it is the number of. */
export const ENTRY_SIZE: u32 = 16;
const VALUES: u32 = 256;
/**
 * Entries that are looked at in one call: the compiler makes a function fast while it is called again and again, and not
 * while it runs.
 */
export const PART: u32 = 4096;
/** So few are sorted one by one. */
const FEW: u32 = 48;

const ends = allocate(VALUES * 4);

/** Sorts entries by their numbers; equal ones keep their order. Takes as long whatever the numbers are. */
export function sortByNumber(entries: usize, count: u32): void {
  if (count <= FEW) {
    sortFew(entries, count);
    return;
  }
  const differing = differingBits(entries, count);
  if (differing === 0) return;
  const other = allocate(<usize>count * ENTRY_SIZE);
  let from = entries;
  let to = other;
  for (let shift: u64 = 0; shift < 64; shift += 8) {
    if (((differing >> shift) & 0xff) === 0) continue;
    sortByByte(from, to, count, shift);
    const swapped = from;
    from = to;
    to = swapped;
  }
  if (from !== entries) memory.copy(entries, from, <usize>count * ENTRY_SIZE);
  heap.free(other);
}

function sortFew(entries: usize, count: u32): void {
  for (let index: u32 = 1; index < count; index++) {
    const number = load<u64>(entries + index * ENTRY_SIZE);
    const item = load<u64>(entries + index * ENTRY_SIZE, 8);
    let place = entries + index * ENTRY_SIZE;
    for (; place > entries && load<u64>(place - ENTRY_SIZE) > number; place -= ENTRY_SIZE) {
      copyEntry(place, place - ENTRY_SIZE);
    }
    store<u64>(place, number);
    store<u64>(place, item, 8);
  }
}

function differingBits(entries: usize, count: u32): u64 {
  let differing: u64 = 0;
  for (let start: u32 = 0; start < count; start += PART)
    differing |= differingIn(entries, start, min(start + PART, count));
  return differing;
}

function differingIn(entries: usize, start: u32, end: u32): u64 {
  const first = load<u64>(entries);
  let differing: u64 = 0;
  for (let index = start; index < end; index++) differing |= first ^ load<u64>(entries + index * ENTRY_SIZE);
  return differing;
}

function sortByByte(from: usize, to: usize, count: u32, shift: u64): void {
  memory.fill(ends, 0, VALUES * 4);
  for (let start: u32 = 0; start < count; start += PART) countBytes(from, start, min(start + PART, count), shift);
  let size: u32 = 0;
  for (let value: u32 = 0; value < VALUES; value++) {
    const end = ends + value * 4;
    const ofValue = load<u32>(end);
    store<u32>(end, size);
    size += ofValue;
  }
  for (let start: u32 = 0; start < count; start += PART) moveByByte(from, to, start, min(start + PART, count), shift);
}

function countBytes(from: usize, start: u32, end: u32, shift: u64): void {
  for (let index = start; index < end; index++) {
    const ofValue = endOf(from + index * ENTRY_SIZE, shift);
    store<u32>(ofValue, load<u32>(ofValue) + 1);
  }
}

function moveByByte(from: usize, to: usize, start: u32, end: u32, shift: u64): void {
  for (let index = start; index < end; index++) {
    const entry = from + index * ENTRY_SIZE;
    const ofValue = endOf(entry, shift);
    const place = load<u32>(ofValue);
    store<u32>(ofValue, place + 1);
    copyEntry(to + place * ENTRY_SIZE, entry);
  }
}

function endOf(entry: usize, shift: u64): usize {
  return ends + <usize>((load<u64>(entry) >> shift) & 0xff) * 4;
}

/** Copies an entry. */
export function copyEntry(to: usize, from: usize): void {
  store<u64>(to, load<u64>(from));
  store<u64>(to, load<u64>(from, 8), 8);
}
