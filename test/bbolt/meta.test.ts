import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { META_LENGTH, newerMeta, readMeta, SECOND_META_OFFSETS } from "../../src/bbolt/meta.ts";
import { metaPage, sealMeta } from "../bbolt-file/meta-page.ts";
import { viewOf } from "../bbolt-file/page.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";

const meta = fc.record({
  pageSize: fc.constantFrom(...SECOND_META_OFFSETS),
  rootPgid: fc.maxSafeNat(),
  freelistPgid: fc.oneof(fc.constant(null), fc.maxSafeNat()),
  highWaterMark: fc.nat(),
  txid: fc.maxSafeNat(),
});

describe("a meta page", () => {
  test("gives back what it says, wherever it stands", () => {
    fc.assert(
      fc.property(meta, fc.nat(100), (said, offset) => {
        const bytes = Buffer.concat([new Uint8Array(offset), metaPage(0, said).subarray(0, META_LENGTH)]);
        expect(readMeta(bytes, offset)).toEqual({ kind: "valid", meta: said });
      }),
      fuzzRuns(200),
    );
  });

  test("with any bit changed that its checksum covers is invalid", () => {
    fc.assert(
      fc.property(meta, fc.integer({ min: 16 * 8, max: META_LENGTH * 8 - 1 }), (said, bit) => {
        const page = metaPage(1, said).slice(0, META_LENGTH);
        page[bit >> 3] = (page[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(readMeta(page, 0).kind).toBe("invalid");
      }),
      fuzzRuns(300),
    );
  });

  const sound = { pageSize: 4096, rootPgid: 3, freelistPgid: null, highWaterMark: 9, txid: 7 };

  test("that is cut off is invalid", () => {
    for (let length = 0; length < META_LENGTH; length++) {
      expect(readMeta(metaPage(0, sound).subarray(0, length), 0).kind).toBe("invalid");
    }
  });

  const withPageSize = (pageSize: number): Uint8Array => {
    const page = metaPage(0, sound);
    viewOf(page).setUint32(24, pageSize, true);
    sealMeta(page);
    return page;
  };

  test.each([0, 1, 512, 1000, 4095, 4097, 3 * 1024, 1024 * 1024, 0x80000000])("of page size %s is invalid", (size) => {
    expect(readMeta(withPageSize(size), 0).kind).toBe("invalid");
  });

  test("of a page size that hosts have is valid", () => {
    for (const size of [1024, 4096, 8192, 16_384, 65_536]) expect(readMeta(withPageSize(size), 0).kind).toBe("valid");
  });

  test("of more pages than a file can have is invalid", () => {
    const page = metaPage(0, { ...sound, highWaterMark: 2 ** 52 });
    expect(readMeta(page, 0).kind).toBe("invalid");
  });

  test("of a big-endian host is told apart", () => {
    expect(readMeta(metaPage(0, sound, "big"), 0).kind).toBe("big-endian");
  });
});

describe("the meta page in force", () => {
  const valid = (txid: number) =>
    readMeta(metaPage(0, { pageSize: 4096, rootPgid: 3, freelistPgid: null, highWaterMark: 9, txid }), 0);

  test("is the valid one with the higher transaction", () => {
    expect(newerMeta([valid(7), valid(8)])?.txid).toBe(8);
    expect(newerMeta([valid(9), valid(8)])?.txid).toBe(9);
    expect(newerMeta([{ kind: "invalid" }, valid(8)])?.txid).toBe(8);
    expect(newerMeta([valid(7), { kind: "invalid" }])?.txid).toBe(7);
    expect(newerMeta([{ kind: "invalid" }, { kind: "invalid" }])).toBeUndefined();
  });
});
