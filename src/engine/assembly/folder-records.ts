import { etcdKeys } from "./keys";
import { List, newList } from "./list";
import { OUT_OF_SCOPE, Row, TOMBSTONE } from "./row";

/** Records, deletions left out, that were counted in each folder: u64 by the folder's number. */
const records: List = newList(8);

/** Counts records that are certain to be stored. */
export function countRecords(rows: List): void {
  for (let index: u32 = 0; index < rows.count; index++) {
    const row = changetype<Row>(rows.at(index));
    if (row.valueClass === TOMBSTONE) continue;
    const folder = row.key >= OUT_OF_SCOPE ? row.key - OUT_OF_SCOPE : etcdKeys.tagOf(row.key);
    while (records.count <= folder) store<u64>(records.push(), 0);
    const count = records.at(folder);
    store<u64>(count, load<u64>(count) + 1);
  }
}

/** How many records were counted in a folder. */
export function recordsIn(folder: u32): f64 {
  return folder < records.count ? <f64>load<u64>(records.at(folder)) : 0;
}
