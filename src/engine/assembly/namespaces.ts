import { Cell } from "./cells";
import { KeyTable, NO_KEY, newKeyTable } from "./key-table";
import { etcdKeys } from "./keys";
import { allocateZeros, List, newList } from "./list";

const SLASH: u8 = 0x2f;
/** Namespaces that are told apart; values of further ones are counted together. */
const MOST_NAMESPACES: u32 = 10_000;
/** Counts by state, u32 each. */
const COUNTS_SIZE: u32 = 16;

/** The namespaces that are told apart, and the counts of each. */
export const namespaces: KeyTable = newKeyTable();
export const namespaceCounts: List = newList(COUNTS_SIZE);
/** Counts of what has no namespace, and of what lies in further ones. */
export const unnamedCounts = allocateZeros(COUNTS_SIZE);
export const furtherCounts = allocateZeros(COUNTS_SIZE);

/** Counts a live value by namespace and state. */
export function countNamespace(cell: Cell, key: u32): void {
  const counts = countsOf(cell.namespaceStart, key) + cell.state * 4;
  store<u32>(counts, load<u32>(counts) + 1);
}

function countsOf(start: u32, key: u32): usize {
  const address = etcdKeys.addressOf(key);
  const end = etcdKeys.lengthOf(key);
  let slash = start;
  while (slash < end && load<u8>(address + slash) !== SLASH) slash++;
  if (slash >= end || slash === start) return unnamedCounts;
  const name = address + start;
  // Once no more namespaces are told apart, those that are go on being counted.
  const isFull = namespaces.count >= MOST_NAMESPACES;
  const namespace = isFull ? namespaces.find(name, slash - start) : namespaces.intern(name, slash - start, 0);
  if (namespace === NO_KEY) return furtherCounts;
  while (namespaceCounts.count <= namespace) memory.fill(namespaceCounts.push(), 0, COUNTS_SIZE);
  return namespaceCounts.at(namespace);
}
