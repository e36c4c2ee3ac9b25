import fc from "fast-check";
import { expect, test } from "vitest";
import { FingerprintTable } from "../../src/evidence/fingerprint-table.ts";

/** Fingerprints that are often the same, or begin alike. */
const fingerprints = fc.array(
  fc.tuple(fc.constantFrom("00000000", "ffffffff", "00000001"), hex(24)).map(([start, rest]) => start + rest),
  { maxLength: 3000 },
);

function hex(length: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
}

test("a table has what was added and nothing else, however often it grew", () => {
  fc.assert(
    fc.property(fingerprints, fingerprints, (added, others) => {
      const table = new FingerprintTable();
      for (const fingerprint of added) table.add(fingerprint);
      const known = new Set(added);
      expect(table.size).toBe(added.length);
      for (const fingerprint of [...added, ...others]) expect(table.has(fingerprint)).toBe(known.has(fingerprint));
    }),
    { numRuns: 30 },
  );
});

test("rows keep the order in which they were added, those that are there twice too", () => {
  const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(32));
  const rows = new FingerprintTable();
  for (const fingerprint of [a, b, a, c]) rows.add(fingerprint ?? "");
  const table = new FingerprintTable();
  table.add(a ?? "");
  expect([0, 1, 2, 3].map((row) => table.hasRowOf(rows, row))).toEqual([true, false, true, false]);
});

test("fingerprints that all begin alike are found as quickly as others", () => {
  const table = new FingerprintTable();
  const fingerprints = Array.from({ length: 200_000 }, (_, index) => index.toString(16).padStart(32, "0"));
  for (const fingerprint of fingerprints) table.add(fingerprint);
  expect(fingerprints.every((fingerprint) => table.has(fingerprint))).toBe(true);
  expect(table.has("1".padEnd(32, "0"))).toBe(false);
});
