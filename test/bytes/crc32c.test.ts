import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32c } from "../../src/bytes/crc32c.ts";

function sumOf(bytes: Uint8Array, seed?: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return crc32c(view, 0, bytes.length, seed);
}

/** Bit by bit, as the definition has it. */
function slowSum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82f63b78;
  }
  return ~crc >>> 0;
}

test("the examples of RFC 3720, appendix B.4, come out as printed there", () => {
  const examples: [Uint8Array, string][] = [
    [new Uint8Array(32), "8a9136aa"],
    [new Uint8Array(32).fill(0xff), "62a8ab43"],
    [Uint8Array.from({ length: 32 }, (_, index) => index), "46dd794e"],
    [Uint8Array.from({ length: 32 }, (_, index) => 31 - index), "113fdb5c"],
  ];
  for (const [bytes, expected] of examples) expect(sumOf(bytes).toString(16)).toBe(expected);
  expect(sumOf(Buffer.from("123456789")).toString(16)).toBe("e3069283");
});

test("no bytes leave the sum as it was", () => {
  expect(sumOf(new Uint8Array(0))).toBe(0);
  expect(sumOf(new Uint8Array(0), 0xdeadbeef)).toBe(0xdeadbeef);
});

test("bytes of any length, at any place of a buffer, give the sum of the definition", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(7), (bytes, before) => {
      const buffer = new Uint8Array(before + bytes.length + 5).fill(0xaa);
      buffer.set(bytes, before);
      const view = new DataView(buffer.buffer);
      expect(crc32c(view, before, before + bytes.length)).toBe(slowSum(bytes));
    }),
  );
});

test("a sum taken in two pieces is that of the whole", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 99 }), fc.uint8Array({ maxLength: 99 }), (first, second) => {
      expect(sumOf(second, sumOf(first))).toBe(sumOf(Buffer.concat([first, second])));
    }),
  );
});
