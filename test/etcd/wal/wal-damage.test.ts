import { describe, expect, test } from "vitest";
import { ChecksumChain } from "../../../src/etcd/wal/checksum-chain.ts";
import { MEMBERS, readMemberWal } from "./member-archive.ts";
import { readWal } from "./read-wal.ts";
import { fileOfPuts, putRequest, WalBuilder } from "./wal-builder.ts";

const SIZE = 65_536;
const keysOf = (reading: { readonly puts: readonly { readonly key: string }[] }) => reading.puts.map(({ key }) => key);

describe("a torn last record", () => {
  /** Ten puts and one of which a sector was never written. */
  function tornFile(): { readonly bytes: Uint8Array; readonly offset: number; readonly end: number } {
    const builder = fileOfPuts(10).entry(putRequest("/torn", "x".repeat(3000)));
    const { offset, end } = builder.at(-1);
    const bytes = builder.finish(SIZE);
    const sector = Math.ceil((offset + 600) / 512) * 512;
    bytes.fill(0, sector, sector + 512);
    return { bytes, offset, end };
  }

  test("is no damage in the last file, and what came before it is reported", () => {
    const { bytes, offset, end } = tornFile();
    const reading = readWal(bytes);
    expect(reading.damages).toEqual([]);
    expect(reading.content.end).toEqual({ kind: "torn", offset, length: end - offset });
    expect(keysOf(reading).slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, number) => `/key-${number + 1}`));
  });

  test("hands over the put in it as one without proof", () => {
    const reading = readWal(tornFile().bytes);
    expect(reading.puts.map(({ isProven }) => isProven)).toEqual([...Array(10).fill(true), false]);
  });

  test("is damage in a file that is not the last one", () => {
    const { bytes, offset } = tornFile();
    const { content, damages } = readWal(bytes, { mayBeTorn: false });
    expect(content.end).toEqual({ kind: "damaged", offset });
    expect(damages).toEqual([{ kind: "record", offset, message: expect.stringContaining("checksum") }]);
  });

  test("is damage when a readable record follows it", () => {
    const builder = fileOfPuts(10)
      .entry(putRequest("/holed", "x".repeat(3000)))
      .entry(putRequest("/after", "y"));
    const { offset } = builder.at(-2);
    const bytes = builder.finish(SIZE);
    const sector = Math.ceil((offset + 600) / 512) * 512;
    bytes.fill(0, sector, sector + 512);
    const reading = readWal(bytes);
    expect(reading.content.end).toEqual({ kind: "damaged", offset });
    expect(reading.puts.at(-1)).toMatchObject({ key: "/after", isProven: true });
  });

  test("is one of which only the length was written", () => {
    const builder = fileOfPuts(3).entry(putRequest("/torn", "x".repeat(3000)));
    const { offset } = builder.at(-1);
    const bytes = builder.finish(SIZE);
    bytes.fill(0, offset + 8);
    expect(readWal(bytes).content.end).toEqual({ kind: "torn", offset, length: 8 });
  });

  test("is one within which the file ends", () => {
    const builder = fileOfPuts(3);
    const { offset, end } = builder.at(-1);
    for (const cut of [end - 1, offset + 9, offset + 8, offset + 3]) {
      const reading = readWal(builder.finish().subarray(0, cut));
      expect(reading.content.end).toMatchObject({ kind: "torn", offset });
      expect(keysOf(reading)).toEqual(["/key-1", "/key-2"]);
      expect(readWal(builder.finish().subarray(0, cut), { mayBeTorn: false }).damages).toMatchObject([
        { kind: "cut", offset },
      ]);
    }
  });

  test("leaves bytes behind that are told, when later sectors were written and earlier ones were not", () => {
    const builder = fileOfPuts(3);
    const bytes = builder.finish(SIZE);
    bytes.fill(0x61, 8192, 8200);
    expect(readWal(bytes).content.end).toEqual({ kind: "torn", offset: 8192, length: 8 });
    expect(readWal(bytes, { mayBeTorn: false }).damages).toMatchObject([{ kind: "record", offset: 8192 }]);
  });
});

describe("a flipped bit", () => {
  test("in the data of a record is told at the record's offset, and all else is reported", () => {
    const builder = fileOfPuts(20);
    const { offset, end } = builder.at(11);
    const bytes = flipped(builder.finish(SIZE), end - 10);
    const { content, damages, puts } = readWal(bytes);
    expect(content.end).toEqual({ kind: "damaged", offset });
    expect(damages).toMatchObject([{ kind: "record", offset }]);
    expect(puts.filter(({ isProven }) => !isProven).map(({ index }) => index)).toEqual([10]);
    expect(puts.filter(({ isProven }) => isProven)).toHaveLength(19);
  });

  test("in the last record is damage and not a torn write", () => {
    const builder = fileOfPuts(4);
    const { offset, end } = builder.at(-1);
    expect(readWal(flipped(builder.finish(SIZE), end - 10)).content.end).toEqual({ kind: "damaged", offset });
  });

  test("in a stored checksum costs no other record", () => {
    const builder = fileOfPuts(6);
    const { offset } = builder.at(3);
    const bytes = flipped(builder.finish(SIZE), offset + 8 + 3);
    const { damages, puts } = readWal(bytes);
    expect(damages).toMatchObject([{ offset }]);
    expect(puts.map(({ isProven }) => isProven)).toEqual([true, false, true, true, true, true]);
  });

  test("in a length loses one record, and the next ones are found again", () => {
    const builder = fileOfPuts(20);
    for (const [bit, position] of [0, 1, 2, 3, 6, 7].entries()) {
      const { offset } = builder.at(5 + bit);
      const { content, damages, puts } = readWal(flipped(builder.finish(SIZE), offset + position));
      expect(content.end).toEqual({ kind: "damaged", offset });
      expect(damages).toHaveLength(1);
      expect(puts.map(({ index }) => index)).toEqual(indexes(20).filter((index) => index !== 4 + bit));
      // Nothing proves the checksum that the first record after the gap goes on from.
      expect(puts.find(({ index }) => index === 5 + bit)?.isProven).toBe(false);
      expect(puts.find(({ index }) => index === 6 + bit)?.isProven).toBe(true);
    }
  });

  for (const [archive] of MEMBERS.slice(2)) {
    test(`anywhere in ${archive} is told or changes nothing, and all puts before it are reported`, () => {
      const whole = readMemberWal(archive).slice(0, 400_000);
      const { puts, content } = readWal(whole);
      for (let at = 13; at < content.end.offset; at += 4999) {
        const reading = readWal(flipped(whole, at));
        // Behind a value its record goes on with the request's other branch.
        const before = puts.filter(({ offset, value }) => offset + value.length + 300 < at);
        expect(reading.puts.slice(0, before.length)).toEqual(before);
        const [damage] = reading.damages;
        if (damage === undefined) expect(reading.puts).toEqual(puts);
        else expect(before.filter(({ offset }) => offset > damage.offset)).toEqual([]);
      }
    });
  }
});

describe("hostile lengths", () => {
  const lengths: readonly (readonly [string, number, number])[] = [
    ["all ones", 0xffffffff, 0xffffffff],
    ["of 56 bits", 0xffffffff, 0x00ffffff],
    ["of 32 bits", 0xfffffff8, 0],
    ["just beyond the longest record", 16 * 1024 * 1024 + 8, 0],
    ["with more padding than it needs", 64, 0x87000000],
    ["with padding and nothing else", 0, 0x80000000],
    ["with unknown flags", 64, 0x40000000],
  ];
  for (const [name, low, high] of lengths) {
    test(`${name}: told at the offset, and the records behind it are found`, () => {
      const field = new Uint8Array(8);
      new DataView(field.buffer).setUint32(0, low, true);
      new DataView(field.buffer).setUint32(4, high, true);
      const builder = fileOfPuts(5).raw(field);
      for (const key of ["/a", "/b", "/c"]) builder.entry(putRequest(key, "later"));
      const reading = readWal(builder.finish(SIZE));
      expect(reading.content.end).toEqual({ kind: "damaged", offset: builder.at(7).offset });
      expect(keysOf(reading).slice(5)).toEqual(["/a", "/b", "/c"]);
    });
  }

  test("a length that reaches over all that follows is told, and the records behind it are found at the end", () => {
    const builder = fileOfPuts(5).raw(Uint8Array.from([0, 0, 0xf0, 0, 0, 0, 0, 0]));
    for (const key of ["/a", "/b", "/c"]) builder.entry(putRequest(key, "later"));
    const reading = readWal(builder.finish(SIZE), { pieceLength: 999 });
    expect(reading.damages).toMatchObject([{ kind: "cut", offset: builder.at(7).offset }]);
    expect(keysOf(reading).slice(5)).toEqual(["/a", "/b", "/c"]);
  });

  test("a file in which every place looks like a long record is given up, in bounded time", () => {
    const bytes = new Uint8Array(12 * 1024 * 1024);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at + 16 <= bytes.length; at += 16) {
      view.setUint32(at, 1024 * 1024 - 8, true);
      bytes.set([0x08, 0x02, 0x10, 0x00, 0x18, 0x00, 0x18, 0x00], at + 8);
    }
    const { content, damages, puts } = readWal(bytes, { pieceLength: 1024 * 1024 });
    expect(puts).toEqual([]);
    expect(content.end.kind).toBe("damaged");
    expect(damages.at(-1)?.message).toContain("not looked for");
  });
});

describe("what is no damage of bytes is told too", () => {
  test("an entry that can't be read", () => {
    const builder = fileOfPuts(1)
      .record(2, Uint8Array.from([0x22, 0x7f]))
      .entry(putRequest("/after", "x"));
    const reading = readWal(builder.finish(SIZE));
    expect(reading.damages).toMatchObject([{ kind: "record", offset: builder.at(3).offset }]);
    expect(reading.content.end).toEqual({ kind: "damaged", offset: builder.at(3).offset });
    expect(keysOf(reading)).toEqual(["/key-1", "/after"]);
  });

  test("a record of a type that no etcd writes", () => {
    const builder = fileOfPuts(1).record(9, Buffer.from("new")).entry(putRequest("/after", "x"));
    const reading = readWal(builder.finish(SIZE));
    expect(reading.damages).toMatchObject([{ offset: builder.at(3).offset, message: expect.stringContaining("type") }]);
    expect(keysOf(reading)).toEqual(["/key-1", "/after"]);
  });
});

describe("the chain of checksums", () => {
  test("goes on from one file to the next", () => {
    const chain = new ChecksumChain();
    const first = fileOfPuts(5);
    const second = new WalBuilder(first.crc, 6).entry(putRequest("/next", "x"));
    expect(readWal(first.finish(), { chain }).content.end.kind).toBe("complete");
    expect(readWal(second.finish(SIZE), { chain, mayBeTorn: false }).damages).toEqual([]);
  });

  test("breaks at the beginning of a file that follows another one than it did", () => {
    const chain = new ChecksumChain();
    readWal(fileOfPuts(4).finish(), { chain });
    const second = new WalBuilder(fileOfPuts(5).crc, 6).entry(putRequest("/next", "x"));
    const reading = readWal(second.finish(SIZE), { chain });
    expect(reading.damages).toMatchObject([{ offset: 0, message: expect.stringContaining("files before it") }]);
    expect(reading.puts).toMatchObject([{ key: "/next", isProven: true }]);
  });
});

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 0x04;
  return copy;
}

function indexes(count: number): number[] {
  return Array.from({ length: count }, (_, position) => position + 1);
}
