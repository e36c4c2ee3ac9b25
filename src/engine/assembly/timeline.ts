import { BlockList, newBlockList } from "./block-list";
import { etcdKeys } from "./keys";
import { List } from "./list";
import { copyRow, OUT_OF_SCOPE, ROW_SIZE, Row, TOMBSTONE } from "./row";

/**
 * The newest revision of each key, by its number: which one is live, unless it marks a deletion. Revisions may come in any
 * order, each but once; only the newest of a key may come again.
 */
const newest: BlockList = newBlockList(ROW_SIZE);
const NEVER_WRITTEN: f64 = -1;
const ANY_FOLDER: u32 = 0xffffffff;

/** Takes rows; those out of scope are passed over. What a newer revision has replaced is added to `superseded`. */
export function placeRows(rows: List, superseded: List): void {
  const count = rows.count;
  for (let index: u32 = 0; index < count; index++) {
    const row = changetype<Row>(rows.at(index));
    if (row.key >= OUT_OF_SCOPE) continue;
    if (row.key >= newest.count) addKeys(row.key);
    const before = changetype<Row>(newest.at(row.key));
    const difference = row.main === before.main ? row.sub - before.sub : row.main - before.main;
    if (before.main === NEVER_WRITTEN) copyRow(before, row);
    else if (difference > 0) {
      supersede(before, superseded);
      copyRow(before, row);
    } else if (difference < 0) supersede(row, superseded);
  }
}

/**
 * Adds the live rows of keys from one number on to a list, `most` at most.
 * @param folder of the keys; ANY_FOLDER: all
 * @returns the number of the key that comes next
 */
export function liveRows(from: u32, most: u32, folder: u32, live: List): u32 {
  let key = from;
  for (; key < newest.count && live.count < most; key++) {
    const row = changetype<Row>(newest.at(key));
    if (folder !== ANY_FOLDER && etcdKeys.tagOf(key) !== folder) continue;
    if (row.main !== NEVER_WRITTEN && row.valueClass !== TOMBSTONE) copyRow(changetype<Row>(live.push()), row);
  }
  return key;
}

/** The class of a key's live value; TOMBSTONE where it has none. */
export function liveClass(key: u32): u32 {
  if (key >= newest.count) return TOMBSTONE;
  const row = changetype<Row>(newest.at(key));
  return row.main === NEVER_WRITTEN ? TOMBSTONE : row.valueClass;
}

/** How many keys there may be live rows of. */
export function placedKeys(): u32 {
  return newest.count;
}

function supersede(row: Row, superseded: List): void {
  if (row.valueClass !== TOMBSTONE) copyRow(changetype<Row>(superseded.push()), row);
}

function addKeys(key: u32): void {
  while (newest.count <= key) changetype<Row>(newest.push()).main = NEVER_WRITTEN;
}
