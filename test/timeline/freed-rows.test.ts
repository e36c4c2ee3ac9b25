import fc from "fast-check";
import { expect, test } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import { FreedAreas } from "../../src/timeline/freed-areas.ts";
import { FreedRows } from "../../src/timeline/freed-rows.ts";
import { rowsWith, type SomeOfRow } from "../engine/made-rows.ts";

/** Freed rows, with areas by the name of their file. */
class Freed {
  readonly engine = new Engine();
  private readonly areas = new FreedAreas(this.engine);
  private readonly rows = new FreedRows(this.engine);

  noteStored(...rows: readonly SomeOfRow[]): void {
    this.rows.noteStored(rowsWith(this.engine, rows));
  }

  /** Adds rows that lie on a page of a file. */
  add(pgid: number, rows: readonly SomeOfRow[], file: string | null = null): void {
    const area = this.areas.number({ location: "free-page", file });
    this.rows.add(
      rowsWith(
        this.engine,
        rows.map((row) => ({ ...row, where: pgid * 4096 })),
      ),
      area,
    );
  }

  visited(): readonly string[] {
    const lines: string[] = [];
    this.rows.visit((rows) => {
      for (let index = 0; index < rows.count; index++) {
        const { file, offset } = this.areas.place(rows.number(index), rows.where(index));
        const of = `key ${rows.key(index)} revision ${rows.main(index)}.${rows.sub(index)}`;
        lines.push(`${of}${file === null ? "" : ` in ${file}`} at ${offset}${rows.isCopy(index) ? ", a copy" : ""}`);
      }
    });
    return lines;
  }
}

const row = (key: number, main: number, sub = 0): SomeOfRow => ({ key, main, sub });

test("each revision is handed on once, as it was found first", () => {
  const freed = new Freed();
  freed.add(3, [row(1, 5), row(2, 6)]);
  freed.add(4, [row(2, 6), row(2, 6, 1)]);
  expect(freed.visited()).toEqual([
    "key 1 revision 5.0 at 12288",
    "key 2 revision 6.0 at 12288",
    "key 2 revision 6.1 at 16384",
  ]);
});

test("of two files each has its own, whatever the numbers of their classes are", () => {
  const freed = new Freed();
  freed.add(3, [{ ...row(1, 5), valueClass: 65_536 + 7 }], "a");
  freed.add(3, [{ ...row(1, 5), valueClass: 7 }], "b");
  freed.add(3, [{ ...row(1, 5), valueClass: 131_072 + 7 }], null);
  expect(freed.visited()).toEqual([
    "key 1 revision 5.0 in a at 12288",
    "key 1 revision 5.0 in b at 12288",
    "key 1 revision 5.0 at 12288",
  ]);
});

test("bytes that imitate a revision hide no value of it that is protected otherwise", () => {
  const freed = new Freed();
  freed.noteStored({ ...row(1, 6), valueClass: 2 });
  for (const valueClass of [2, 3])
    freed.add(
      3,
      [5, 6].map((main) => ({ ...row(1, main), valueClass })),
    );
  expect(freed.visited()).toEqual([
    "key 1 revision 5.0 at 12288",
    "key 1 revision 6.0 at 12288, a copy",
    "key 1 revision 5.0 at 12288",
    "key 1 revision 6.0 at 12288",
  ]);
});

test("a class with what the keys in force make of it is the class", () => {
  const freed = new Freed();
  freed.engine.exports.setUnjudged(9, 2);
  freed.noteStored({ ...row(1, 6), valueClass: 9 });
  freed.add(3, [{ ...row(1, 6), valueClass: 2 }]);
  expect(freed.visited()).toEqual(["key 1 revision 6.0 at 12288, a copy"]);
});

test("a revision in the freed pages of several files is handed on for each", () => {
  const freed = new Freed();
  for (const file of ["first member", "second member", "first member"]) freed.add(3, [row(1, 5)], file);
  expect(freed.visited()).toEqual([
    "key 1 revision 5.0 in first member at 12288",
    "key 1 revision 5.0 in second member at 12288",
  ]);
});

test("a revision that is stored is a copy, whether it is noted before or after", () => {
  const freed = new Freed();
  freed.noteStored(row(1, 5));
  freed.add(3, [row(1, 5), row(1, 6), row(1, 7)]);
  freed.noteStored(row(1, 7));
  expect(freed.visited()).toEqual([
    "key 1 revision 5.0 at 12288, a copy",
    "key 1 revision 6.0 at 12288",
    "key 1 revision 7.0 at 12288, a copy",
  ]);
});

const main = fc.oneof(
  fc.integer({ min: 0, max: 2000 }),
  fc.constantFrom(31, 32, 255, 256, 257, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 31, Number.MAX_SAFE_INTEGER),
  fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
);
const sub = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(1, 2, 255, 256, 257) },
);
const revisions = fc.array(fc.tuple(main, sub), { maxLength: 200 });

test("revisions are told apart, whatever their numbers", () => {
  fc.assert(
    fc.property(revisions, revisions, (stored, found) => {
      const freed = new Freed();
      freed.noteStored(...stored.map(([revision, of]) => row(0, revision, of)));
      const copies = new Set(stored.map(String));
      freed.add(
        1,
        found.map(([revision, of]) => row(0, revision, of)),
      );
      const distinct = [...new Map(found.map((each) => [String(each), each])).values()];
      expect(freed.visited()).toEqual(
        distinct.map(([revision, of]) => {
          const isCopy = copies.has(String([revision, of]));
          return `key 0 revision ${revision}.${of} at 4096${isCopy ? ", a copy" : ""}`;
        }),
      );
    }),
    { numRuns: 200 },
  );
});

test("a million revisions in a row take little memory", () => {
  const engine = new Engine();
  const freed = new FreedRows(engine);
  const size = 10_000;
  const rows = rowsWith(
    engine,
    Array.from({ length: size }, () => row(0, 0)),
  );
  const first = (engine.words[rows.list >>> 2] as number) / 8;
  for (let start = 0; start < 1_000_000; start += size) {
    for (let index = 0; index < size; index++) engine.doubles[first + index * 8] = start + index;
    freed.noteStored(rows);
  }
  expect(engine.bytes.length).toBeLessThan(16 * 1024 * 1024);
});
