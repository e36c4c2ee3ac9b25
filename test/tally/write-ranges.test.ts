import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CountedRanges } from "../../src/engine/cells.ts";
import type { WriteHistogram } from "../../src/model/audit-result.ts";
import { WriteRanges } from "../../src/tally/write-ranges.ts";

type Write = readonly [revision: number, area: "head" | "history"];

/** Writes of one class at one location, in the narrowest ranges that are few enough. */
interface Counted {
  readonly area: "head" | "history";
  readonly revisions: readonly number[];
}

const anyCounted: fc.Arbitrary<Counted> = fc.record({
  area: fc.constantFrom("head", "history"),
  revisions: fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2 ** 40 })), {
    minLength: 1,
    maxLength: 30,
  }),
});

function rangesOf(revisions: readonly number[]): CountedRanges {
  const { start, width, head } = expected(revisions.map((revision) => [revision, "head"]));
  return { first: start / width, width, counts: head };
}

/** The narrowest ranges that are few enough, and how many writes each has: reckoned from all writes at once. */
function expected(writes: readonly Write[]): WriteHistogram {
  const revisions = writes.map(([revision]) => revision);
  const [least, most] = [Math.min(...revisions), Math.max(...revisions)];
  let width = 1;
  while (Math.floor(most / width) - Math.floor(least / width) >= 128) width *= 2;
  const start = Math.floor(least / width) * width;
  const count = (area: string) =>
    Array.from({ length: Math.floor(most / width) - Math.floor(least / width) + 1 }, (_, index) => {
      const from = start + index * width;
      return writes.filter(([revision, of]) => of === area && revision >= from && revision < from + width).length;
    });
  return { start, width, head: count("head"), history: count("history") };
}

describe("writes that were counted by ranges of revisions", () => {
  test("are summed up in the narrowest that are at most 128, whatever the order", () => {
    fc.assert(
      fc.property(fc.array(anyCounted, { minLength: 1, maxLength: 6 }), (all) => {
        const ranges = new WriteRanges();
        for (const { area, revisions } of all) ranges.add(rangesOf(revisions), area);
        const writes = all.flatMap(({ area, revisions }) => revisions.map((revision): Write => [revision, area]));
        expect(ranges.histogram()).toEqual(expected(writes));
      }),
      { numRuns: 500 },
    );
  });

  test("are none where there is none", () => {
    const ranges = new WriteRanges();
    ranges.add({ first: 0, width: 1, counts: [] }, "head");
    expect(ranges.histogram()).toBeNull();
  });
});
