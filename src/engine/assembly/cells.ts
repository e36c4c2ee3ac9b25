import { locationOfArea } from "./areas";
import { describe, judge } from "./host";
import { KeyTable, newKeyTable } from "./key-table";
import { etcdKeys } from "./keys";
import { allocate, List, newList } from "./list";
import { MARK_BITS, Row } from "./row";
import { newWriteRanges, WriteRanges } from "./write-ranges";

/** Locations of values (src/model/location.ts), in the order of reports. */
export const HEAD: u32 = 0;
export const HISTORY: u32 = 1;
/** In place of one: that of the area that the row names. */
const OF_AREA: u32 = 0xff;

/** What is known of a folder by its cells. */
export const COUNTED: u32 = 1;
export const AUDITED: u32 = 2;

const NOT_JUDGED: u32 = 0xffffffff;

/** All values of one class in one folder at one location. src/engine/cells.ts reads the same layout. */
@unmanaged
export class Cell {
  count: f64;
  /** The first and last main revision that is known; 0 for none. */
  firstWrite: f64;
  lastWrite: f64;
  /** Those above the compact revision, of superseded ones. */
  aboveCompactRevision: f64;
  folder: u32;
  valueClass: u32;
  location: u32;
  /** What the host says of it: COUNTED, AUDITED. */
  marks: u32;
  /** The state of its class, a number below 4. */
  state: u32;
  /** Where in a key the namespace begins; 0xffffffff: there is none. */
  namespaceStart: u32;
  /** How many kinds of finding each of its values is. */
  kindCount: u32;
  ranges: WriteRanges;
  /** Numbers of the resource and the key that writes are compared by. */
  writtenResource: u32;
  writtenKey: u32;
}

const cells: List = newList(offsetof<Cell>());
/** Numbers of cells, by folder, class and location: u32 each. */
const numbers: KeyTable = newKeyTable();
const IDENTITY_SIZE: u32 = 12;
const identity = allocate(IDENTITY_SIZE);
/** The cell of the last row: mostly that of the next one too. */
let last: u32 = 0;

/** The number of the cell that a row belongs to. */
export function cellOf(row: Row, location: u32): u32 {
  const folder = etcdKeys.tagOf(row.key);
  const place = location === OF_AREA ? locationOfArea(row.marks >> MARK_BITS) : location;
  if (last < cells.count) {
    const cell = cellAt(last);
    if (cell.valueClass === row.valueClass && cell.folder === folder && cell.location === place) return last;
  }
  store<u32>(identity, folder);
  store<u32>(identity, row.valueClass, 4);
  store<u32>(identity, place, 8);
  last = numbers.intern(identity, IDENTITY_SIZE, 0);
  if (last === cells.count) addCell(folder, row.valueClass, place);
  return last;
}

/** A cell; valid until another one is added. */
export function cellAt(number: u32): Cell {
  return changetype<Cell>(cells.at(number));
}

/** How many kinds of finding each value of a cell is. */
export function kindsOf(number: u32): u32 {
  if (cellAt(number).kindCount === NOT_JUDGED) cellAt(number).kindCount = judge(number);
  return cellAt(number).kindCount;
}

function addCell(folder: u32, valueClass: u32, location: u32): void {
  const number = cells.count;
  const address = cells.push();
  memory.fill(address, 0, offsetof<Cell>());
  const cell = changetype<Cell>(address);
  cell.folder = folder;
  cell.valueClass = valueClass;
  cell.location = location;
  cell.kindCount = NOT_JUDGED;
  cell.ranges = newWriteRanges();
  describe(number);
}

/** How many cells there are. */
export function cellCount(): u32 {
  return cells.count;
}

/** Address of a cell. */
export function cellAddress(number: u32): usize {
  return cells.at(number);
}
