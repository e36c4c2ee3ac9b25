import { fileOfArea } from "./areas";
import { BlockList } from "./block-list";
import { newKeyTable } from "./key-table";
import { allocate, List, newList } from "./list";
import { COPY, copyRow, isValueInScope, MARK_BITS, Row, TOMBSTONE } from "./row";
import { addRevision, hasRevision } from "./sets";

/**
 * Which revisions are stored, and which were found in freed bytes: by the class of their value, so that bytes that only look
 * like a record can't hide one that is protected otherwise. The sets of freed revisions are told apart by their file, too.
 */
const sets = newKeyTable();
const IDENTITY_SIZE: u32 = 8;
const identity = allocate(IDENTITY_SIZE);
/** In place of the number of a file, which are above it: what is stored. */
const STORED: u32 = 0;
/** By class: the class alone, where it stands for a class with what the keys in force make of it. */
const unjudgedOf: List = newList(8);

/** Says which class a class with a standing is. */
export function setUnjudged(valueClass: u32, unjudged: u32): void {
  while (unjudgedOf.count <= valueClass) {
    const number = unjudgedOf.count;
    store<u32>(unjudgedOf.push(), number);
  }
  store<u32>(unjudgedOf.at(valueClass), unjudged);
}

/** Takes note of revisions that are stored; deletions and what is out of scope are passed over. */
export function noteStored(rows: List): void {
  for (let index: u32 = 0; index < rows.count; index++) {
    const row = changetype<Row>(rows.at(index));
    if (isValueInScope(row)) addRevision(storedSetOf(unjudged(row)), row.main, row.sub);
  }
}

/** Keeps a copy of each row that is a value in scope, with the number of its area. */
export function keepFreed(rows: List, area: u32, kept: BlockList): void {
  for (let index: u32 = 0; index < rows.count; index++) {
    const row = changetype<Row>(rows.at(index));
    if (!isValueInScope(row)) continue;
    const copy = changetype<Row>(kept.push());
    copyRow(copy, row);
    copy.marks = area << MARK_BITS;
  }
}

/**
 * Adds kept rows from one place on to a list, `most` at most: each revision once for each file that it lies in, as it was
 * kept first; marked where it is stored as well.
 * @returns the place of the row that comes next
 */
export function distinctFreed(kept: BlockList, from: u32, most: u32, distinct: List): u32 {
  let index = from;
  for (; index < kept.count && distinct.count < most; index++) {
    const row = changetype<Row>(kept.at(index));
    const file = fileOfArea(row.marks >> MARK_BITS);
    const valueClass = unjudged(row);
    if (!addRevision(setOf(file + 1, valueClass), row.main, row.sub)) continue;
    const copy = changetype<Row>(distinct.push());
    copyRow(copy, row);
    if (hasRevision(storedSetOf(valueClass), row.main, row.sub)) copy.marks |= COPY;
  }
  return index;
}

/** The number of a set. */
function setOf(file: u32, valueClass: u32): u32 {
  store<u32>(identity, file);
  store<u32>(identity, valueClass, 4);
  return sets.intern(identity, IDENTITY_SIZE, 0);
}

/** The set of what is stored of a class; mostly that of the last row. */
function storedSetOf(valueClass: u32): u32 {
  if (valueClass !== storedClass) {
    storedSet = setOf(STORED, valueClass);
    storedClass = valueClass;
  }
  return storedSet;
}

let storedClass: u32 = TOMBSTONE;
let storedSet: u32 = 0;

function unjudged(row: Row): u32 {
  return row.valueClass < unjudgedOf.count ? load<u32>(unjudgedOf.at(row.valueClass)) : row.valueClass;
}
