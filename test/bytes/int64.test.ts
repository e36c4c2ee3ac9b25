import fc from "fast-check";
import protobuf from "protobufjs/minimal.js";
import { describe, expect, test } from "vitest";
import { bigintOf, readInt64Halves, readSafeInt64, safeBigEndian64 } from "../../src/bytes/int64.ts";
import { fuzzRuns } from "./fuzz-runs.ts";

/** Numbers of every length, those around the ends of the 7-bit groups and of the safe integers among them. */
const unsigned64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.integer({ min: 0, max: 63 }).map((bits) => 2n ** BigInt(bits)),
  fc.integer({ min: 1, max: 63 }).map((bits) => 2n ** BigInt(bits) - 1n),
);
const safeInteger = fc.oneof(fc.maxSafeNat(), fc.nat(), fc.constantFrom(0, 2 ** 28 - 1, 2 ** 28, 2 ** 35, 2 ** 53 - 1));

function varint(value: bigint): Uint8Array {
  return protobuf.Writer.create().uint64(value.toString()).finish();
}

/** A reader that may go from 3 to 3 + length, in a buffer whose other bytes all say that a number goes on, or ends. */
function readerOf(bytes: Uint8Array, around: number): protobuf.Reader {
  const buffer = new Uint8Array(bytes.length + 20).fill(around);
  buffer.set(bytes, 3);
  const reader = protobuf.Reader.create(buffer);
  reader.pos = 3;
  reader.len = 3 + bytes.length;
  return reader;
}

const surroundings = fc.constantFrom(0x00, 0x7f, 0xff);

describe("a protobuf varint", () => {
  test("is read as protobufjs writes it, whatever follows it", () => {
    fc.assert(
      fc.property(unsigned64, surroundings, (value, around) => {
        const bytes = varint(value);
        const reader = readerOf(bytes, around);
        const [high, low] = readInt64Halves(reader);
        expect((BigInt(high) << 32n) | BigInt(low)).toBe(value);
        expect(bigintOf(high, low)).toBe(BigInt.asIntN(64, value));
        expect(reader.pos).toBe(3 + bytes.length);
      }),
      fuzzRuns(500),
    );
  });

  test("is the same number as a safe integer", () => {
    fc.assert(
      fc.property(safeInteger, surroundings, (value, around) => {
        const bytes = varint(BigInt(value));
        const reader = readerOf(bytes, around);
        expect(readSafeInt64(reader)).toBe(value);
        expect(reader.pos).toBe(3 + bytes.length);
      }),
      fuzzRuns(500),
    );
  });

  test("is refused where it must be a safe integer and is negative or too large", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }), (value) => {
        expect(() => readSafeInt64(readerOf(varint(value), 0))).toThrow(RangeError);
      }),
      fuzzRuns(200),
    );
  });

  test("is refused when it is cut off, whatever lies behind the cut", () => {
    fc.assert(
      fc.property(unsigned64, fc.nat(9), surroundings, (value, kept, around) => {
        const bytes = varint(value);
        fc.pre(kept < bytes.length);
        expect(() => readInt64Halves(readerOf(bytes.subarray(0, kept), around))).toThrow(RangeError);
        expect(() => readSafeInt64(readerOf(bytes.subarray(0, kept), around))).toThrow(RangeError);
      }),
      fuzzRuns(500),
    );
  });

  test("of more than ten bytes is refused", () => {
    const bytes = new Uint8Array(11).fill(0x80);
    expect(() => readInt64Halves(readerOf(bytes, 0))).toThrow(RangeError);
    expect(() => readSafeInt64(readerOf(bytes, 0))).toThrow(RangeError);
  });

  test("may be longer than it need be", () => {
    const padded = Uint8Array.of(0x85, 0x80, 0x80, 0x80, 0x80, 0x00);
    expect(readSafeInt64(readerOf(padded, 0xff))).toBe(5);
    expect(readInt64Halves(readerOf(padded, 0xff))).toEqual([0, 5]);
  });
});

describe("eight bytes, big-endian", () => {
  test("are the number that DataView reads, or are refused", () => {
    fc.assert(
      fc.property(fc.oneof(unsigned64, safeInteger.map(BigInt)), fc.nat(7), (value, offset) => {
        const bytes = new Uint8Array(16);
        new DataView(bytes.buffer).setBigUint64(offset, value);
        if (value <= BigInt(Number.MAX_SAFE_INTEGER)) expect(safeBigEndian64(bytes, offset)).toBe(Number(value));
        else expect(() => safeBigEndian64(bytes, offset)).toThrow(RangeError);
      }),
      fuzzRuns(500),
    );
  });
});
