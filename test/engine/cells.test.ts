import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Cells } from "../../src/engine/cells.ts";
import { Engine } from "../../src/engine/engine.ts";
import { Namespaces } from "../../src/engine/namespaces.ts";
import { LOCATIONS, type Location } from "../../src/model/location.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";
import { keysWith, rowsWith, type SomeOfRow } from "./made-rows.ts";

/** An engine with a key in each of a few folders, and what it has counted. */
class Counting {
  readonly engine = new Engine();
  readonly cells = new Cells(this.engine);
  described = 0;

  constructor() {
    this.engine.host.describe = (cell) => {
      this.described++;
      const { folder } = this.cells.cell(cell);
      this.cells.describe(cell, { isCounted: true, isAudited: folder % 2 === 0, state: 0, namespaceStart: null });
    };
    keysWith(
      this.engine,
      [0, 1, 2, 3].map((folder) => ({ key: Buffer.from(`/${folder}`), folder })),
    );
  }

  count(rows: readonly SomeOfRow[], location: Location): void {
    this.engine.exports.countRows(rowsWith(this.engine, rows).list, LOCATIONS.indexOf(location));
  }
}

const anyRow = fc.record({
  key: fc.nat(3),
  valueClass: fc.nat(5),
  main: fc.oneof(fc.nat(300), fc.maxSafeNat()),
  location: fc.constantFrom(...LOCATIONS),
});

describe("values are counted", () => {
  test("by folder, class and location, with their first and last write", () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 60 }), fc.nat(400), (rows, compactRevision) => {
        const counting = new Counting();
        counting.engine.exports.setCompactRevision(compactRevision);
        const expected = new Map<string, { count: number; mains: number[] }>();
        for (const { location, ...row } of rows) {
          counting.count([row], location);
          const text = `${row.key} ${row.valueClass} ${location}`;
          const sum = expected.get(text) ?? { count: 0, mains: [] };
          expected.set(text, sum);
          sum.count++;
          if (row.main > 0) sum.mains.push(row.main);
        }
        const found = counting.cells.all().map((cell) => {
          const { folder, valueClass, location, count, firstWrite, lastWrite, aboveCompactRevision } = cell;
          return [`${folder} ${valueClass} ${location}`, { count, firstWrite, lastWrite, aboveCompactRevision }];
        });
        expect(Object.fromEntries(found)).toEqual(
          Object.fromEntries(
            [...expected].map(([text, { count, mains }]) => [
              text,
              {
                count,
                firstWrite: mains.length === 0 ? null : Math.min(...mains),
                lastWrite: mains.length === 0 ? null : Math.max(...mains),
                aboveCompactRevision: text.endsWith("history")
                  ? mains.filter((main) => main > compactRevision).length
                  : 0,
              },
            ]),
          ),
        );
        expect(counting.described).toBe(expected.size);
      }),
      fuzzRuns(300),
    );
  });

  test("by ranges of revisions, the narrowest that are at most 128, whatever the order", () => {
    const main = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2 ** 40 }), fc.maxSafeNat());
    fc.assert(
      fc.property(
        fc.array(
          main.filter((each) => each > 0),
          { minLength: 1, maxLength: 60 },
        ),
        (mains) => {
          const counting = new Counting();
          counting.count(
            mains.map((each) => ({ main: each })),
            "head",
          );
          const [least, most] = [Math.min(...mains), Math.max(...mains)];
          let width = 1;
          while (Math.floor(most / width) - Math.floor(least / width) >= 128) width *= 2;
          const first = Math.floor(least / width);
          const counts = Array.from(
            { length: Math.floor(most / width) - first + 1 },
            (_, range) => mains.filter((each) => Math.floor(each / width) === first + range).length,
          );
          expect(counting.cells.writes(0)).toEqual({ first, width, counts });
        },
      ),
      fuzzRuns(500),
    );
  });

  test("without a range where they are not stored", () => {
    const counting = new Counting();
    counting.count([{ main: 5 }], "free-page");
    expect(counting.cells.writes(0).counts).toEqual([]);
  });
});

describe("values are found", () => {
  test("once for each kind that their cell is judged to be, which is asked once", () => {
    const { engine } = new Counting();
    const asked: number[] = [];
    engine.host.judge = (cell) => {
      asked.push(cell);
      return cell + 1;
    };
    const findings = engine.exports.newBlockList(40);
    const rows = rowsWith(
      engine,
      [0, 1, 0, 1].map((key) => ({ key, main: 7 })),
    );
    engine.exports.findRows(rows.list, 0, findings);
    expect(asked).toEqual([0, 1]);
    expect(engine.words[(findings >>> 2) + 1]).toBe(1 + 2 + 1 + 2);
  });

  test("not where they are copies of what is stored", () => {
    const { engine } = new Counting();
    engine.host.judge = () => 1;
    const findings = engine.exports.newBlockList(40);
    const rows = rowsWith(engine, [{ main: 7 }, { main: 8 }]);
    rows.setCopy(0);
    engine.exports.findRows(rows.list, 2, findings);
    expect(engine.words[(findings >>> 2) + 1]).toBe(1);
  });
});

test("folders and classes may be many, and together few", () => {
  const engine = new Engine();
  const cells = new Cells(engine);
  engine.host.describe = (cell) =>
    cells.describe(cell, { isCounted: true, isAudited: false, state: 0, namespaceStart: null });
  const folders = Array.from({ length: 2000 }, (_, folder) => ({ key: Buffer.from(`/${folder}`), folder }));
  keysWith(engine, folders);
  const before = engine.bytes.length;
  const rows = folders.map((_, key) => ({ key, main: key + 2, valueClass: 9_000 + (key % 1000) }));
  for (const location of [0, 1]) engine.exports.countRows(rowsWith(engine, rows).list, location);
  expect(cells.count).toBe(4000);
  expect(engine.bytes.length - before).toBeLessThan(16 * 1024 * 1024);
});

test("a live value of a revision that can't be is counted in its namespace too", () => {
  const engine = new Engine();
  const cells = new Cells(engine);
  engine.host.describe = (cell) =>
    cells.describe(cell, { isCounted: true, isAudited: true, state: 0, namespaceStart: 18 });
  keysWith(engine, [{ key: Buffer.from("/registry/secrets/payments/a") }]);
  engine.exports.countRows(rowsWith(engine, [{ key: 0, main: 0 }]).list, 0);
  const named = new Namespaces(engine).named();
  expect(named.map(({ name, counts }) => [Buffer.from(name).toString(), counts[0]])).toEqual([["payments", 1]]);
});
