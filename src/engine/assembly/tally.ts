import { BlockList } from "./block-list";
import { AUDITED, COUNTED, cellAt, cellOf, HEAD, HISTORY, kindsOf } from "./cells";
import { Finding } from "./finding";
import { List } from "./list";
import { countNamespace } from "./namespaces";
import { COPY, copyRow, MARK_BITS, Row } from "./row";
import { noteWrite } from "./writes";

let compactRevision: f64 = 0;

/** Superseded revisions above it are told from those below. */
export function setCompactRevision(revision: f64): void {
  compactRevision = revision;
}

/** Counts values in scope of a location, or of the areas that they name, in their cells. */
export function countRows(rows: List, location: u32): void {
  for (let index: u32 = 0; index < rows.count; index++) {
    const row = changetype<Row>(rows.at(index));
    const number = cellOf(row, location);
    const cell = cellAt(number);
    const isAudited = (cell.marks & AUDITED) !== 0;
    cell.count++;
    if (isAudited && cell.location === HEAD) countNamespace(cell, row.key);
    if (row.main === 0) continue;
    if (cell.firstWrite === 0 || row.main < cell.firstWrite) cell.firstWrite = row.main;
    cell.lastWrite = max(cell.lastWrite, row.main);
    if (cell.location > HISTORY) continue;
    cell.ranges.add(<u64>row.main);
    if (cell.location === HISTORY && row.main > compactRevision) cell.aboveCompactRevision++;
    if (isAudited) noteWrite(row.main, number);
  }
}

/** Adds the findings of values: one for each kind that their cell is judged to be, none for what is stored as well. */
export function findRows(rows: List, location: u32, findings: BlockList): void {
  for (let index: u32 = 0; index < rows.count; index++) {
    const row = changetype<Row>(rows.at(index));
    if ((row.marks & COPY) !== 0) continue;
    const cell = cellOf(row, location);
    const kinds = kindsOf(cell);
    for (let kind: u32 = 0; kind < kinds; kind++) {
      const finding = changetype<Finding>(findings.push());
      finding.main = row.main;
      finding.createRevision = row.createRevision;
      finding.where = row.where;
      finding.key = row.key;
      finding.cell = cell;
      finding.kind = kind;
      finding.area = row.marks >> MARK_BITS;
    }
  }
}

/** Adds copies of values that are counted, with the number of their cell. */
export function listRows(rows: List, location: u32, listed: BlockList): void {
  for (let index: u32 = 0; index < rows.count; index++) {
    const row = changetype<Row>(rows.at(index));
    const cell = cellOf(row, location);
    if ((cellAt(cell).marks & COUNTED) === 0) continue;
    const copy = changetype<Row>(listed.push());
    copyRow(copy, row);
    copy.marks = cell << MARK_BITS;
  }
}
