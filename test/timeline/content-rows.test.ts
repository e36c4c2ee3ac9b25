import { expect, test } from "vitest";
import type { FreedPlace } from "../../src/model/record-sink.ts";
import { ContentRows } from "../../src/timeline/content-rows.ts";
import { emptyRow, type TimelineRow } from "../../src/timeline/timeline.ts";

const [A, B] = [Buffer.from("value a"), Buffer.from("value b")];
const row = (key: number, main = 0): TimelineRow => ({ ...emptyRow(), key, main });
const place = (file: string, offset: number): FreedPlace => ({ location: "wal", file, offset });

function visited(rows: ContentRows): readonly string[] {
  const lines: string[] = [];
  rows.visit(({ key, main }, { file, offset }, isCopy) => {
    lines.push(`key ${key} revision ${main} in ${file} at ${offset}${isCopy ? ", a copy" : ""}`);
  });
  return lines;
}

test("a value is a copy when the same key holds the same bytes, whenever that is noted", () => {
  const rows = new ContentRows();
  rows.noteStored(1, A);
  rows.add(row(1), A, place("wal", 10));
  rows.add(row(1), B, place("wal", 20));
  rows.add(row(2), A, place("wal", 30));
  rows.add(row(2), B, place("wal", 40));
  rows.noteStored(2, B);
  expect(visited(rows)).toEqual([
    "key 1 revision 0 in wal at 10, a copy",
    "key 1 revision 0 in wal at 20",
    "key 2 revision 0 in wal at 30",
    "key 2 revision 0 in wal at 40, a copy",
  ]);
});

test("the same value comes once for each file and revision", () => {
  const rows = new ContentRows();
  rows.add(row(1), A, place("one", 10));
  rows.add(row(1), A, place("one", 20));
  rows.add(row(1), A, place("two", 30));
  rows.add(row(1, 7), A, place("two", 40));
  expect(visited(rows)).toEqual([
    "key 1 revision 0 in one at 10",
    "key 1 revision 0 in two at 30",
    "key 1 revision 7 in two at 40",
  ]);
});
