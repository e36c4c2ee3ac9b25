import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WriteHistogram } from "../../src/model/audit-result.ts";
import { WriteRanges } from "../../src/tally/write-ranges.ts";

type Write = readonly [revision: number, area: "head" | "history"];

const anyWrite: fc.Arbitrary<Write> = fc.tuple(
  fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2 ** 40 })),
  fc.constantFrom("head", "history"),
);

function counted(writes: readonly Write[]): WriteRanges {
  const ranges = new WriteRanges();
  for (const [revision, area] of writes) ranges.add(revision, area);
  return ranges;
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

describe("writes are counted by ranges of revisions", () => {
  test("the narrowest that are at most 128, whatever the order", () => {
    fc.assert(
      fc.property(fc.array(anyWrite, { minLength: 1, maxLength: 60 }), (writes) => {
        expect(counted(writes).histogram()).toEqual(expected(writes));
      }),
      { numRuns: 500 },
    );
  });

  test("two that are added up are one of all writes", () => {
    const some = fc.array(anyWrite, { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(some, some, (left, right) => {
        const sum = counted(left);
        sum.addAll(counted(right));
        const { width, head, history } = sum.histogram() ?? expected([]);
        const of = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);
        expect(of(head) + of(history)).toBe(left.length + right.length);
        expect(width).toBe(expected([...left, ...right]).width);
      }),
      { numRuns: 500 },
    );
  });

  test("of no write there is none", () => {
    expect(new WriteRanges().histogram()).toBeNull();
  });
});
