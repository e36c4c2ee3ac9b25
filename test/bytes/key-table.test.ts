import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeyTable } from "../../src/bytes/key-table.ts";
import { fuzzRuns } from "./fuzz-runs.ts";

/** Short strings over few letters, so that many are equal and many begin alike. */
const keys = fc.array(fc.uint8Array({ maxLength: 4, max: 3 }), { maxLength: 300 });

describe("a key table", () => {
  test("gives equal keys one number, in the order of their first coming, and keeps their bytes", () => {
    fc.assert(
      fc.property(keys, fc.nat(5), (list, offset) => {
        const table = new KeyTable();
        const numbers = new Map<string, number>();
        for (const key of list) {
          const buffer = new Uint8Array(offset + key.length + 3).fill(1);
          buffer.set(key, offset);
          const text = key.join();
          expect(table.find(buffer, offset, key.length)).toBe(numbers.get(text));
          const number = table.intern(buffer, offset, key.length);
          buffer.fill(0xee);
          expect(number).toBe(numbers.get(text) ?? numbers.size);
          numbers.set(text, number);
        }
        expect(table.size).toBe(numbers.size);
        for (const [text, number] of numbers) expect(table.bytesOf(number).join()).toBe(text);
      }),
      fuzzRuns(100),
    );
  });

  test("keeps a hundred thousand keys, and keys larger than its blocks", () => {
    const table = new KeyTable();
    const encoder = new TextEncoder();
    const keyOf = (index: number) => encoder.encode(`/registry/secrets/team-${index % 7}/token-${index}`);
    const large = [3 * 1024 * 1024, 1024 * 1024, 1024 * 1024 + 1].map((length) => new Uint8Array(length).fill(length));
    for (let index = 0; index < 100_000; index++) {
      const key = keyOf(index);
      table.intern(key, 0, key.length);
      const block = large[index - 50_000];
      if (block !== undefined) table.intern(block, 0, block.length);
    }
    expect(table.size).toBe(100_003);
    for (const index of [0, 1, 49_999, 50_000]) expect(table.bytesOf(index)).toEqual(keyOf(index));
    expect(table.bytesOf(100_002)).toEqual(keyOf(99_999));
    expect(Buffer.compare(table.bytesOf(50_001), large[0] as Uint8Array)).toBe(0);
    const again = keyOf(77);
    expect(table.intern(again, 0, again.length)).toBe(77);
  });

  test("tells a key of no length from none", () => {
    const table = new KeyTable();
    expect(table.intern(Uint8Array.of(1), 0, 0)).toBe(0);
    expect(table.intern(Uint8Array.of(1), 0, 1)).toBe(1);
    expect(table.intern(new Uint8Array(0), 0, 0)).toBe(0);
    expect(table.bytesOf(0)).toHaveLength(0);
  });
});
