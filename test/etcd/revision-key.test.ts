import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isRevisionKey, isTombstoneKey, mainRevision, subRevision } from "../../src/etcd/revision-key.ts";
import { revisionKey } from "../bbolt-file/etcd-record.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";

const revision = fc.record({ main: fc.maxSafeNat(), sub: fc.oneof(fc.nat(300), fc.maxSafeNat()), dead: fc.boolean() });

describe("a revision key", () => {
  test("gives back what was put into it, wherever it stands", () => {
    fc.assert(
      fc.property(revision, fc.nat(20), ({ main, sub, dead }, offset) => {
        const key = revisionKey(main, sub, dead);
        const bytes = new Uint8Array(offset + key.length + 1).fill(0x74);
        bytes.set(key, offset);
        expect(isRevisionKey(bytes, offset, key.length)).toBe(true);
        expect(isTombstoneKey(bytes, offset, key.length)).toBe(dead);
        expect(mainRevision(bytes, offset)).toBe(main);
        expect(subRevision(bytes, offset)).toBe(sub);
      }),
      fuzzRuns(300),
    );
  });

  test("sorts as bytes the way its numbers do", () => {
    fc.assert(
      fc.property(revision, revision, (a, b) => {
        const order = Buffer.compare(revisionKey(a.main, a.sub), revisionKey(b.main, b.sub));
        expect(order).toBe(Math.sign(a.main - b.main || a.sub - b.sub));
      }),
      fuzzRuns(300),
    );
  });

  test("is refused beyond the safe integers", () => {
    const key = revisionKey(0);
    key[1] = 0x20;
    expect(() => mainRevision(key, 0)).toThrow(RangeError);
    key[10] = 0x20;
    expect(() => subRevision(key, 0)).toThrow(RangeError);
  });

  test("is not a key of another length, without its '_' or with another mark than 't'", () => {
    const tombstone = revisionKey(7, 1, true);
    for (const length of [0, 8, 9, 16, 19]) expect(isRevisionKey(new Uint8Array(19).fill(0x5f), 0, length)).toBe(false);
    expect(isRevisionKey(tombstone, 0, 17)).toBe(true);
    expect(isTombstoneKey(tombstone, 0, 17)).toBe(false);
    tombstone[17] = 0x73;
    expect(isRevisionKey(tombstone, 0, 18)).toBe(false);
    const live = revisionKey(7);
    live[8] = 0x2e;
    expect(isRevisionKey(live, 0, 17)).toBe(false);
  });
});
