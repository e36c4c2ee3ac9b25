import { beforeAll, describe, expect, test } from "vitest";
import { MEMBERS, readMemberWal } from "./member-archive.ts";
import { readWal, type WalReading } from "./read-wal.ts";
import { fileOfPuts, WalBuilder } from "./wal-builder.ts";

describe.each(MEMBERS)("the WAL in %s", (archive, known) => {
  let bytes: Uint8Array;
  let reading: WalReading;
  let text: string;

  beforeAll(() => {
    bytes = readMemberWal(archive);
    reading = readWal(bytes, { mayBeTorn: false });
    text = Buffer.from(bytes.subarray(0, reading.content.end.offset)).toString("latin1");
  });

  test("has its checksum in every record, up to the zeros that were allocated in advance", () => {
    const { content, damages, puts } = reading;
    expect(damages).toEqual([]);
    expect(content.end.kind).toBe("complete");
    const rest = bytes.subarray(content.end.offset);
    expect(rest.length).toBeGreaterThan(1_000_000);
    expect(Buffer.alloc(rest.length).equals(rest)).toBe(true);
    expect(content.entries).toBe((content.lastIndex ?? 0) - (content.firstIndex ?? 0) + 1);
    expect(content.provenRecords).toBeGreaterThan(content.entries);
    expect(puts.every(({ isProven }) => isProven)).toBe(true);
    expect(content.clusterId).toBe("8cc9da78b36d1115");
  });

  test("has each canary in the values of puts as often as a byte search finds it", () => {
    for (const canary of known.canariesInWal) {
      const decoded = reading.puts.reduce((count, { value }) => count + occurrences(canary, value), 0);
      expect([canary, decoded]).toEqual([canary, occurrences(canary, text)]);
      expect(decoded).toBeGreaterThan(0);
    }
  });

  test("has no canary outside the value of a put, and each value at the offset told", () => {
    for (const { value, offset } of reading.puts) expect(text.startsWith(value, offset)).toBe(true);
    for (const { index } of text.matchAll(/CANARY-/g)) {
      expect(reading.puts.some(({ value, offset }) => index >= offset && index < offset + value.length)).toBe(true);
    }
  });
});

test("the pieces in which a file comes make no difference", () => {
  const bytes = fileOfPuts(300).finish(100_000);
  const whole = readWal(bytes);
  expect(whole.puts).toHaveLength(300);
  for (const pieceLength of [1, 7, 8, 4096]) expect(readWal(bytes, { pieceLength })).toEqual(whole);
});

test("a put tells its key, its value, its entry and where its value lies", () => {
  const builder = fileOfPuts(3);
  const bytes = builder.finish(65_536);
  const { content, puts } = readWal(bytes);
  expect(puts.map(({ key, value, index, term }) => [key, value, index, term])).toEqual([
    ["/key-1", "value-1", 1, 2],
    ["/key-2", "value-2", 2, 2],
    ["/key-3", "value-3", 3, 2],
  ]);
  for (const { value, offset } of puts) expect(Buffer.from(bytes).indexOf(value)).toBe(offset);
  expect(content).toEqual({
    provenRecords: 5,
    entries: 3,
    puts: 3,
    deletes: 0,
    firstIndex: 1,
    lastIndex: 3,
    clusterId: "abcdef0123456789",
    end: { kind: "complete", offset: builder.at(-1).end },
  });
});

test("a record that is longer than what is read at once is put together", () => {
  const value = new Uint8Array(5 * 1024 * 1024).fill(120);
  const bytes = fileOfPuts(1).record(2, largeEntry(value)).finish();
  const { puts, content } = readWal(bytes, { pieceLength: 100_000 });
  expect(content.end.kind).toBe("complete");
  expect(puts[1]?.value.length).toBe(value.length);
});

test("a file that was cut when the next one began ends without zeros", () => {
  const builder = fileOfPuts(2);
  expect(readWal(builder.finish(), { mayBeTorn: false }).content.end).toEqual({
    kind: "complete",
    offset: builder.at(-1).end,
  });
});

test("a file that holds nothing yet is complete, as one is that etcd only allocated", () => {
  for (const bytes of [new Uint8Array(0), new Uint8Array(4_000_000)]) {
    const { content, damages } = readWal(bytes);
    expect(damages).toEqual([]);
    expect(content).toMatchObject({
      entries: 0,
      firstIndex: null,
      lastIndex: null,
      end: { kind: "complete", offset: 0 },
    });
  }
});

test("both entries are reported when a later leader has overwritten one index", () => {
  const first = new WalBuilder();
  const bytes = first.record(2, smallEntry(9, "old")).record(2, smallEntry(9, "new")).finish();
  expect(readWal(bytes).puts.map(({ index, value }) => [index, value])).toEqual([
    [9, "old"],
    [9, "new"],
  ]);
});

function smallEntry(index: number, value: string): Uint8Array {
  const put = [0x0a, 1, 107, 0x12, value.length, ...Buffer.from(value)];
  const request = [0x22, put.length, ...put];
  return Uint8Array.from([0x08, 0, 0x10, 1, 0x18, index, 0x22, request.length, ...request]);
}

function largeEntry(value: Uint8Array): Uint8Array {
  const length = (count: number) => [
    (count & 0x7f) | 0x80,
    ((count >> 7) & 0x7f) | 0x80,
    ((count >> 14) & 0x7f) | 0x80,
    count >> 21,
  ];
  const put = Buffer.concat([Uint8Array.from([0x0a, 1, 107, 0x12, ...length(value.length)]), value]);
  const request = Buffer.concat([Uint8Array.from([0x22, ...length(put.length)]), put]);
  return Buffer.concat([Uint8Array.from([0x10, 1, 0x18, 2, 0x22, ...length(request.length)]), request]);
}

function occurrences(part: string, text: string): number {
  return text.split(part).length - 1;
}
