import { BlockList } from "./block-list";
import { cellAt } from "./cells";
import { Finding } from "./finding";
import { sortKeys } from "./key-order";
import { etcdKeys } from "./keys";
import { allocate, allocateZeros, List, newList } from "./list";
import { ENTRY_SIZE, sortByNumber } from "./radix";
import { MARK_BITS, Row } from "./row";

/**
 * The order of reports: key bytes, modRevision, location; what is equal in these keeps its order. Takes 4 bytes for each
 * item, and 32 for each distinct key.
 */

/** What is sorted of one key. */
const group = newList(ENTRY_SIZE);

/** Sorts findings: adds their places to a list of u32. */
export function orderFindings(findings: BlockList, order: List): void {
  sort(findings, offsetof<Finding>("key"), order, locationOfFinding);
}

/** Sorts rows that name their cells. */
export function orderRows(rows: BlockList, order: List): void {
  sort(rows, offsetof<Row>("key"), order, locationOfRow);
}

function locationOfFinding(finding: usize): u32 {
  return cellAt(changetype<Finding>(finding).cell).location;
}

function locationOfRow(row: usize): u32 {
  return cellAt(changetype<Row>(row).marks >> MARK_BITS).location;
}

/** @param keyAt where in an item its key stands; its main revision stands in front */
function sort(items: BlockList, keyAt: usize, order: List, locationOf: (item: usize) => u32): void {
  const ends = newList(4);
  const ranks = rankKeys(items, keyAt, ends);
  order.reserve(items.count);
  order.count = items.count;
  // Backwards, so that each end becomes a start.
  for (let index = <i32>items.count - 1; index >= 0; index--) {
    const end = ends.at(load<u32>(ranks + load<u32>(items.at(index) + keyAt) * 4) - 1);
    const place = load<u32>(end) - 1;
    store<u32>(end, place);
    store<u32>(order.at(place), index);
  }
  for (let rank: u32 = 0; rank < ends.count; rank++) {
    const start = load<u32>(ends.at(rank));
    const end = rank + 1 < ends.count ? load<u32>(ends.at(rank + 1)) : items.count;
    if (end - start > 1) sortGroup(items, order.at(start), end - start, locationOf);
  }
  heap.free(ranks);
  ends.free();
}

/**
 * Gives each key that has items its place among these, from 1 on; adds to `ends` how many items there are up to each place.
 * @returns address of the places, u32 by key
 */
function rankKeys(items: BlockList, keyAt: usize, ends: List): usize {
  const ranks = allocateZeros(<usize>etcdKeys.count * 4 + 4);
  let keys: u32 = 0;
  for (let index: u32 = 0; index < items.count; index++) {
    const rank = ranks + load<u32>(items.at(index) + keyAt) * 4;
    if (load<u32>(rank) === 0) keys++;
    store<u32>(rank, load<u32>(rank) + 1);
  }
  const entries = allocate(<usize>keys * ENTRY_SIZE);
  let entry = entries;
  for (let key: u32 = 0; key < etcdKeys.count; key++) {
    if (load<u32>(ranks + key * 4) === 0) continue;
    store<u32>(entry, key, 8);
    entry += ENTRY_SIZE;
  }
  sortKeys(entries, keys);
  let end: u32 = 0;
  for (let place: u32 = 0; place < keys; place++) {
    const rank = ranks + load<u32>(entries + place * ENTRY_SIZE, 8) * 4;
    end += load<u32>(rank);
    store<u32>(ends.push(), end);
    store<u32>(rank, place + 1);
  }
  heap.free(entries);
  return ranks;
}

/** Sorts places of items of one key by main revision and location. */
function sortGroup(items: BlockList, order: usize, count: u32, locationOf: (item: usize) => u32): void {
  group.reserve(count);
  const entries = group.items;
  for (let index: u32 = 0; index < count; index++) {
    const item = load<u32>(order + index * 4);
    const address = items.at(item);
    store<u64>(entries + index * ENTRY_SIZE, ((<u64>load<f64>(address)) << 3) | locationOf(address));
    store<u32>(entries + index * ENTRY_SIZE, item, 8);
  }
  sortByNumber(entries, count);
  for (let index: u32 = 0; index < count; index++)
    store<u32>(order + index * 4, load<u32>(entries + index * ENTRY_SIZE, 8));
}
