import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeyTable } from "../../src/bytes/key-table.ts";
import { keyRanks } from "../../src/tally/key-ranks.ts";

/** Keys that share beginnings of all lengths, as etcd's do. */
const anyKey = fc
  .tuple(
    fc.constantFrom("", "/registry/secrets/", "/registry/secrets/default/a", "/registry/secrets/default/a\0"),
    fc.uint8Array({ maxLength: 5 }),
  )
  .map(([start, end]) => Buffer.concat([Buffer.from(start), end]));

function rankedKeys(keys: readonly Uint8Array[]): Buffer[] {
  const table = new KeyTable();
  for (const key of keys) table.intern(key, 0, key.length);
  const ranks = keyRanks(
    table,
    Uint32Array.from({ length: table.size }, (_, key) => key),
  );
  const ordered: Buffer[] = [];
  for (const [key, rank] of ranks.entries()) ordered[rank] = Buffer.from(table.bytesOf(key));
  return ordered;
}

function distinct(keys: readonly Uint8Array[]): Buffer[] {
  return [...new Set(keys.map((key) => Buffer.from(key).toString("latin1")))].map((text) =>
    Buffer.from(text, "latin1"),
  );
}

describe("keys are ranked by their bytes", () => {
  test("as comparing them one with another would", () => {
    fc.assert(
      fc.property(fc.array(anyKey, { maxLength: 120, size: "max" }), (keys) => {
        expect(rankedKeys(keys)).toEqual(distinct(keys).sort(Buffer.compare));
      }),
      { numRuns: 300 },
    );
  });

  test("a key comes before those that it begins, and bytes above 0x7f after the others", () => {
    const keys = ["/b", "/a/\xff", "/a", "/a/\x00", "/a/", "", "/a/\x00\x00", "/a/z"].map((text) =>
      Buffer.from(text, "latin1"),
    );
    const filler = Array.from({ length: 40 }, (_, index) => Buffer.from(`/c/${index}`));
    const ranked = rankedKeys([...keys, ...filler]).map((key) => key.toString("latin1"));
    expect(ranked.slice(0, 8)).toEqual(["", "/a", "/a/", "/a/\x00", "/a/\x00\x00", "/a/z", "/a/\xff", "/b"]);
  });

  test("many keys that differ only after a long beginning", () => {
    const keys = Array.from({ length: 3000 }, (_, index) => Buffer.from(`${"x".repeat(500)}${(index * 7919) % 3000}`));
    expect(rankedKeys(keys)).toEqual([...keys].sort(Buffer.compare));
  });

  test("no keys at all", () => {
    expect(keyRanks(new KeyTable(), new Uint32Array(0))).toEqual(new Uint32Array(0));
  });

  test("some keys of a table: the others count for nothing", () => {
    const table = new KeyTable();
    for (const key of ["/d", "/b", "/c", "/a"]) table.intern(Buffer.from(key), 0, 2);
    expect([...keyRanks(table, Uint32Array.of(0, 1, 3))]).toEqual([2, 1, 0, 0]);
    expect([...keyRanks(table, Uint32Array.of(1, 2))]).toEqual([0, 0, 1, 0]);
  });
});
