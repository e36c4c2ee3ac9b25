import { expect, test } from "vitest";
import type { FreedPlace } from "../../src/model/record-sink.ts";
import { FreedRows } from "../../src/timeline/freed-rows.ts";
import { emptyRow, type TimelineRow } from "../../src/timeline/timeline.ts";

const row = (key: number, main: number, sub = 0): TimelineRow => ({ ...emptyRow(), key, main, sub, createRevision: 2 });
const page = (pgid: number): FreedPlace => ({ location: "free-page", file: null, offset: pgid * 4096 });

function visited(rows: FreedRows): readonly string[] {
  const lines: string[] = [];
  rows.visit(({ key, main, sub }, { offset }, isCopy) => {
    lines.push(`key ${key} revision ${main}.${sub} at ${offset}${isCopy ? ", a copy" : ""}`);
  });
  return lines;
}

test("each revision is handed on once, as it was found first", () => {
  const rows = new FreedRows();
  rows.add(row(1, 5));
  rows.add(row(2, 6));
  rows.endPlace(page(3));
  rows.add(row(2, 6));
  rows.add(row(2, 6, 1));
  rows.endPlace(page(4));
  expect(visited(rows)).toEqual([
    "key 1 revision 5.0 at 12288",
    "key 2 revision 6.0 at 12288",
    "key 2 revision 6.1 at 16384",
  ]);
});

test("bytes that imitate a revision hide no value of it that is protected otherwise", () => {
  const rows = new FreedRows();
  rows.noteStored({ ...row(1, 6), valueClass: 2 });
  for (const valueClass of [2, 3]) {
    rows.add({ ...row(1, 5), valueClass });
    rows.add({ ...row(1, 6), valueClass });
  }
  rows.endPlace(page(3));
  expect(visited(rows)).toEqual([
    "key 1 revision 5.0 at 12288",
    "key 1 revision 6.0 at 12288, a copy",
    "key 1 revision 5.0 at 12288",
    "key 1 revision 6.0 at 12288",
  ]);
});

test("a revision in the freed pages of several files is handed on for each", () => {
  const rows = new FreedRows();
  for (const file of ["first member", "second member", "first member"]) {
    rows.add(row(1, 5));
    rows.endPlace({ ...page(3), file });
  }
  expect(visited(rows)).toHaveLength(2);
});

test("a revision that is stored is a copy, whether it is noted before or after", () => {
  const rows = new FreedRows();
  rows.noteStored(row(1, 5));
  for (const main of [5, 6, 7]) rows.add(row(1, main));
  rows.endPlace(page(3));
  rows.noteStored(row(1, 7));
  expect(visited(rows)).toEqual([
    "key 1 revision 5.0 at 12288, a copy",
    "key 1 revision 6.0 at 12288",
    "key 1 revision 7.0 at 12288, a copy",
  ]);
});
