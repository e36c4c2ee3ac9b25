import fc from "fast-check";
import { expect, test } from "vitest";
import { RevisionSet } from "../../src/timeline/revision-set.ts";

const main = fc.oneof(
  fc.integer({ min: 0, max: 2000 }),
  fc.constantFrom(31, 32, 255, 256, 257, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 31, Number.MAX_SAFE_INTEGER),
  fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
);
const sub = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) });
const revisions = fc.array(fc.tuple(main, sub), { maxLength: 200 });

test("holds what was added and nothing else, and tells what is new", () => {
  fc.assert(
    fc.property(revisions, revisions, (added, asked) => {
      const set = new RevisionSet();
      const known = new Set<string>();
      for (const [revision, of] of added) {
        expect(set.add(revision, of)).toBe(!known.has(`${revision}_${of}`));
        known.add(`${revision}_${of}`);
      }
      for (const [revision, of] of [...asked, ...added]) {
        expect(set.has(revision, of)).toBe(known.has(`${revision}_${of}`));
      }
    }),
    { numRuns: 300 },
  );
});

test("a million revisions in a row take little memory", () => {
  const set = new RevisionSet();
  const before = process.memoryUsage().arrayBuffers;
  for (let revision = 1; revision <= 1_000_000; revision++) set.add(revision, 0);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * 1024 * 1024);
  expect(set.has(1_000_000, 0)).toBe(true);
  expect(set.has(1_000_001, 0)).toBe(false);
});
