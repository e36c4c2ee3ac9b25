import fc from "fast-check";
import { expect, test } from "vitest";
import { LOCATIONS, type Location } from "../../src/model/location.ts";
import { NO_PLACE, ValueRows } from "../../src/tally/value-rows.ts";
import { emptyRow } from "../../src/timeline/timeline.ts";

const anyRows = fc.array(
  fc.record({ key: fc.nat(4), main: fc.integer({ min: 1, max: 6 }), location: fc.constantFrom(...LOCATIONS) }),
  { maxLength: 40 },
);

function filled(rows: readonly { key: number; main: number; location: Location }[]): ValueRows {
  const values = new ValueRows(true);
  for (const { location, ...row } of rows) values.add({ ...emptyRow(), ...row }, location);
  return values;
}

test("rows are sorted by the rank of their key, then revision, then location, then as they came", () => {
  const ranks = Uint32Array.of(3, 0, 4, 1, 2);
  const rankOf = (key: number) => ranks[key] ?? 0;
  fc.assert(
    fc.property(anyRows, (rows) => {
      const expected = rows
        .map((row, index) => ({ row, index }))
        .sort(
          ({ row: a, index: i }, { row: b, index: j }) =>
            rankOf(a.key) - rankOf(b.key) ||
            a.main - b.main ||
            LOCATIONS.indexOf(a.location) - LOCATIONS.indexOf(b.location) ||
            i - j,
        )
        .map(({ index }) => index);
      expect([...filled(rows).sorted(ranks)]).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test("a row is read as it was added, whatever came after it", () => {
  const row = (index: number) => ({
    key: index,
    main: 2 ** 40 + index,
    sub: 0,
    createRevision: 2 ** 33 + index,
    valueClass: index % 5,
    version: index * 2,
    leaseHigh: 0x80000000 + index,
    leaseLow: index,
    size: index * 10,
  });
  const detailed = new ValueRows(true);
  const bare = new ValueRows(false);
  for (let index = 0; index < 1000; index++) {
    const location = LOCATIONS[index % LOCATIONS.length] as Location;
    expect(detailed.add(row(index), location)).toBe(index);
    bare.add(row(index), location);
  }
  for (const index of [0, 255, 256, 999]) {
    const location = LOCATIONS[index % LOCATIONS.length];
    expect(detailed.at(index)).toEqual({ ...row(index), location, place: NO_PLACE });
    expect(bare.at(index)).toEqual({
      ...row(index),
      location,
      place: NO_PLACE,
      version: 0,
      leaseHigh: 0,
      leaseLow: 0,
      size: 0,
    });
  }
});

test("tells which keys have rows", () => {
  const rows = new ValueRows(false);
  for (const key of [7, 2, 7, 9]) rows.add({ ...emptyRow(), key }, "head");
  expect([...rows.keyNumbers(12)]).toEqual([2, 7, 9]);
  expect([...new ValueRows(false).keyNumbers(3)]).toEqual([]);
});
