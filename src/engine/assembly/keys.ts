import { newKeyTable } from "./key-table";

/** The distinct etcd keys in scope, each with the number of its folder. */
export const etcdKeys = newKeyTable();

/** How many keys there are; their numbers are below it. */
export function keyCount(): u32 {
  return etcdKeys.count;
}

/** Address of the entry of a key. */
export function keyEntry(key: u32): usize {
  return etcdKeys.entries.at(key);
}
