import { BlockList, newBlockList } from "./block-list";
import { cellAt } from "./cells";
import { allocate, allocateZeros, List, newList } from "./list";
import { copyEntry, ENTRY_SIZE, PART, sortByNumber } from "./radix";

/** Writes that are kept: the newest of them where there are more. */
const MOST_WRITES: u32 = 1 << 21;
/** In place of the number of a key: writes that are no matter. */
const NONE: u32 = 0xffffffff;

/** Consecutive writes under one key. */
@unmanaged
class Run {
  firstRevision: f64;
  key: u32;
  unused: u32;
}

/** Stored writes of audited resources: entries of radix.ts, revision and cell; in memory that has a bound. */
const writes: BlockList = newBlockList(ENTRY_SIZE);
let areSorted: bool = false;
/** The first and last revision that was noted. */
let firstRevision: u64 = u64.MAX_VALUE;
let lastRevision: u64 = 0;
/** Places for revisions, of which writes are so much fewer at most that they are put in order by them. */
const MOST_PLACES: u32 = 4;
const runs: List = newList(offsetof<Run>());
/** By key: how many runs it has u32 | the place of the first of them u32. */
const runsOfKey: List = newList(8);

/** How often writes went to and fro between the two keys that were compared last, and from which revision to which. */
export let changes: u32 = 0;
export let firstChange: f64 = 0;
export let lastChange: f64 = 0;

/** Takes note of a write. */
export function noteWrite(revision: f64, cell: u32): void {
  if (writes.count === MOST_WRITES) dropOlderHalf();
  const write = writes.push();
  store<u64>(write, <u64>revision);
  store<u32>(write, cell, 8);
  firstRevision = min(firstRevision, <u64>revision);
  lastRevision = max(lastRevision, <u64>revision);
  areSorted = false;
}

/** Finds the runs of writes of a resource, by the numbers that its cells were given. */
export function findRuns(resource: u32): void {
  runs.count = 0;
  runsOfKey.count = 0;
  lastWrittenKey = NONE;
  if (findRunsByCounting(resource)) return;
  sort();
  for (let index: u32 = 0; index < writes.count; index++) {
    const write = writes.at(index);
    goOnWith(<f64>load<u64>(write), load<u32>(write, 8), resource);
  }
}

/** The key of the last write of the resource that is looked at. */
let lastWrittenKey: u32 = NONE;

/** Takes the next write by revision: it begins a run unless its key is that of the one before. */
function goOnWith(revision: f64, number: u32, resource: u32): void {
  const cell = cellAt(number);
  if (cell.writtenKey === NONE || cell.writtenResource !== resource || cell.writtenKey === lastWrittenKey) return;
  lastWrittenKey = cell.writtenKey;
  addRun(revision, lastWrittenKey);
}

/**
 * The same by counting, without a comparison, where writes lie close together.
 * @returns false, and has found none, where they do not
 */
function findRunsByCounting(resource: u32): bool {
  const range = lastRevision - firstRevision;
  if (writes.count === 0 || range >= <u64>writes.count * MOST_PLACES) return false;
  const count = <u32>range + 1;
  // Of each revision: how many writes it has; then where they begin; then where they end.
  const places = allocateZeros(<usize>count * 4);
  const numbers = allocate(<usize>writes.count * 4);
  for (let start: u32 = 0; start < writes.count; start += PART)
    countPlaces(places, start, min(start + PART, writes.count));
  let before: u32 = 0;
  for (let start: u32 = 0; start < count; start += PART)
    before = beginPlaces(places, start, min(start + PART, count), before);
  for (let start: u32 = 0; start < writes.count; start += PART)
    fillPlaces(places, numbers, start, min(start + PART, writes.count));
  for (let start: u32 = 0; start < count; start += PART)
    takePlaces(places, numbers, start, min(start + PART, count), resource);
  heap.free(numbers);
  heap.free(places);
  return true;
}

function countPlaces(places: usize, start: u32, end: u32): void {
  for (let index = start; index < end; index++) {
    const place = placeOf(places, writes.at(index));
    store<u32>(place, load<u32>(place) + 1);
  }
}

function beginPlaces(places: usize, start: u32, end: u32, before: u32): u32 {
  for (let index = start; index < end; index++) {
    const place = places + index * 4;
    const count = load<u32>(place);
    store<u32>(place, before);
    before += count;
  }
  return before;
}

function fillPlaces(places: usize, numbers: usize, start: u32, end: u32): void {
  for (let index = start; index < end; index++) {
    const write = writes.at(index);
    const place = placeOf(places, write);
    const next = load<u32>(place);
    store<u32>(numbers + next * 4, load<u32>(write, 8));
    store<u32>(place, next + 1);
  }
}

function takePlaces(places: usize, numbers: usize, start: u32, end: u32, resource: u32): void {
  let next: u32 = start === 0 ? 0 : load<u32>(places + (start - 1) * 4);
  for (let index = start; index < end; index++) {
    const ofPlace = load<u32>(places + index * 4);
    for (; next < ofPlace; next++) goOnWith(<f64>(firstRevision + index), load<u32>(numbers + next * 4), resource);
  }
}

function placeOf(places: usize, write: usize): usize {
  return places + <usize>(load<u64>(write) - firstRevision) * 4;
}

/** How many of them a key has. */
export function runCount(key: u32): u32 {
  return key < runsOfKey.count ? load<u32>(runsOfKey.at(key)) : 0;
}

/** The place of the first run of a key that has any. */
export function firstRun(key: u32): u32 {
  return load<u32>(runsOfKey.at(key), 4);
}

/** Counts how often writes of either of two keys followed one of the other, whatever other keys wrote between them. */
export function compareRuns(a: u32, b: u32): void {
  changes = 0;
  firstChange = 0;
  lastChange = 0;
  let lastKey = NONE;
  for (let index: u32 = 0; index < runs.count; index++) {
    const run = changetype<Run>(runs.at(index));
    if ((run.key !== a && run.key !== b) || run.key === lastKey) continue;
    if (lastKey !== NONE) {
      if (changes === 0) firstChange = run.firstRevision;
      lastChange = run.firstRevision;
      changes++;
    }
    lastKey = run.key;
  }
}

function addRun(firstRevision: f64, key: u32): void {
  while (runsOfKey.count <= key) store<u64>(runsOfKey.push(), 0);
  const ofKey = runsOfKey.at(key);
  if (load<u32>(ofKey) === 0) store<u32>(ofKey, runs.count, 4);
  store<u32>(ofKey, load<u32>(ofKey) + 1);
  const run = changetype<Run>(runs.push());
  run.firstRevision = firstRevision;
  run.key = key;
}

function dropOlderHalf(): void {
  const kept = writes.count - (writes.count >> 1);
  const entries = sortedEntries();
  const newest = entries + (writes.count - kept) * ENTRY_SIZE;
  writes.clear();
  for (let index: u32 = 0; index < kept; index++) copyEntry(writes.push(), newest + index * ENTRY_SIZE);
  heap.free(entries);
}

/** By revision; of equal ones, in the order in which they came. */
function sort(): void {
  if (areSorted) return;
  const entries = sortedEntries();
  for (let index: u32 = 0; index < writes.count; index++) copyEntry(writes.at(index), entries + index * ENTRY_SIZE);
  heap.free(entries);
  areSorted = true;
}

/** The address of a sorted copy. */
function sortedEntries(): usize {
  const entries = allocate(writes.count * ENTRY_SIZE);
  for (let index: u32 = 0; index < writes.count; index++) copyEntry(entries + index * ENTRY_SIZE, writes.at(index));
  sortByNumber(entries, writes.count);
  return entries;
}
