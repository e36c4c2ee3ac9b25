import { BlockList } from "./block-list";
import { whereOfPage } from "./host";
import { List } from "./list";
import { copyRow, Row } from "./row";

/** Keeps a copy of each row. */
export function keepRows(rows: List, kept: BlockList): void {
  for (let index: u32 = 0; index < rows.count; index++)
    copyRow(changetype<Row>(kept.push()), changetype<Row>(rows.at(index)));
}

/**
 * Adds kept rows from one place on to a list, `most` at most: those of pages, by their `where`, that the host wants,
 * with another `where` that it gives them.
 * @returns the place of the row that comes next
 */
export function rowsOfPages(kept: BlockList, from: u32, most: u32, rows: List): u32 {
  let page: f64 = -1;
  let where: f64 = -1;
  let index = from;
  for (; index < kept.count && rows.count < most; index++) {
    const row = changetype<Row>(kept.at(index));
    if (row.where !== page) {
      page = row.where;
      where = whereOfPage(page);
    }
    if (where < 0) continue;
    const copy = changetype<Row>(rows.push());
    copyRow(copy, row);
    copy.where = where;
  }
  return index;
}

/** Adds a copy of one kept row to a list. */
export function copyKept(kept: BlockList, index: u32, rows: List): void {
  copyRow(changetype<Row>(rows.push()), changetype<Row>(kept.at(index)));
}
