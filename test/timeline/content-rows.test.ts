import { beforeEach, expect, test } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import { ContentRows } from "../../src/timeline/content-rows.ts";
import { rowsWith } from "../engine/made-rows.ts";

const [A, B] = [Buffer.from("value a"), Buffer.from("value b")];

let engine: Engine;
let rows: ContentRows;

beforeEach(() => {
  engine = new Engine();
  rows = new ContentRows(engine);
});

/** Adds a value of a key; areas and files have numbers. */
function add(key: number, value: Uint8Array, area: number, where: number, { main = 0, file = area } = {}): void {
  rows.add(rowsWith(engine, [{ key, main, where }]), 0, value, { area, file });
}

function visited(): readonly string[] {
  const lines: string[] = [];
  rows.visit((all) => {
    for (let index = 0; index < all.count; index++) {
      const of = `key ${all.key(index)} revision ${all.main(index)}`;
      lines.push(`${of} in ${all.number(index)} at ${all.where(index)}${all.isCopy(index) ? ", a copy" : ""}`);
    }
  });
  return lines;
}

test("a value is a copy when the same key holds the same bytes, whenever that is noted", () => {
  rows.noteStored(1, A);
  add(1, A, 0, 10);
  add(1, B, 0, 20);
  add(2, A, 0, 30);
  add(2, B, 0, 40);
  rows.noteStored(2, B);
  expect(visited()).toEqual([
    "key 1 revision 0 in 0 at 10, a copy",
    "key 1 revision 0 in 0 at 20",
    "key 2 revision 0 in 0 at 30",
    "key 2 revision 0 in 0 at 40, a copy",
  ]);
});

test("the same value comes once for each file and revision", () => {
  add(1, A, 0, 10);
  add(1, A, 0, 20);
  add(1, A, 1, 30, { file: 0 });
  add(1, A, 2, 40);
  add(1, A, 2, 50, { main: 7 });
  expect(visited()).toEqual([
    "key 1 revision 0 in 0 at 10",
    "key 1 revision 0 in 2 at 40",
    "key 1 revision 7 in 2 at 50",
  ]);
});

test("where there is none, nothing is handed on", () => {
  expect(visited()).toEqual([]);
});
