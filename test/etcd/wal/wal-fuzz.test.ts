import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fuzzFor, fuzzTimeout } from "../../bytes/fuzz-for.ts";
import { MEMBERS, readMemberWal } from "./member-archive.ts";
import { readWal } from "./read-wal.ts";
import { fileOfPuts, operation, put, putRequest, request, txn, WalBuilder } from "./wal-builder.ts";

/** Of the minute that all fuzzers have in CI. */
const SECONDS = 4;
const TIMEOUT = fuzzTimeout(SECONDS);
const RUNS = { numRuns: 150 };

/** Where bytes of a file are written over, as a share of its length. */
const change = fc.record({
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 24 }),
    fc.constantFrom(0, 1, 0x7f, 0x80, 0x84, 0xff).map((byte) => new Uint8Array(8).fill(byte)),
    fc.integer({ min: 1, max: 600 }).map((length) => new Uint8Array(length)),
  ),
});
const pieceLength = fc.integer({ min: 1, max: 5000 });

/** Files with puts and transactions, as etcd writes them. */
const soundFile = fc
  .array(fc.tuple(fc.string({ maxLength: 40 }), fc.uint8Array({ maxLength: 900 }), fc.boolean()), { maxLength: 30 })
  .map((puts) => {
    const builder = new WalBuilder();
    for (const [key, value, inTxn] of puts) {
      builder.entry(inTxn ? request(6, txn([operation(2, put(key, value))])) : putRequest(key, value));
    }
    return builder.finish(builder.at(-1).end + 4096);
  });

describe("whatever the bytes are, reading ends and does not throw", () => {
  test("for any bytes", { timeout: TIMEOUT }, () => {
    const property = fc.property(fc.uint8Array({ maxLength: 3000 }), fc.boolean(), (bytes, mayBeTorn) => {
      readWal(bytes, { mayBeTorn });
    });
    return fuzzFor(SECONDS, () => fc.assert(property, RUNS));
  });

  test("for any records with a right checksum", { timeout: TIMEOUT }, () => {
    const record = fc.tuple(fc.nat(7), fc.uint8Array({ maxLength: 60 }));
    const property = fc.property(fc.array(record, { maxLength: 20 }), (records) => {
      const builder = new WalBuilder();
      for (const [type, data] of records) builder.record(type === 4 ? 2 : type, data);
      const { content } = readWal(builder.finish(), { mayBeTorn: false });
      expect(content.provenRecords).toBe(records.length + 1);
    });
    return fuzzFor(SECONDS, () => fc.assert(property, RUNS));
  });

  test("for a sound file that was written over: what is proven was written, and damage is told", {
    timeout: TIMEOUT,
  }, () => {
    const property = fc.property(
      soundFile,
      fc.array(change, { maxLength: 4 }),
      pieceLength,
      (sound, changes, length) => {
        const written = new Set(readWal(sound).puts.map(({ key, value }) => `${key}=${value}`));
        const bytes = overwritten(sound, changes);
        const reading = readWal(bytes, { pieceLength: length, mayBeTorn: false });
        for (const { key, value, isProven } of reading.puts) if (isProven) expect(written).toContain(`${key}=${value}`);
        expect(reading.content.end.kind === "damaged").toBe(reading.damages.length > 0);
        expect(readWal(bytes, { mayBeTorn: false })).toEqual(reading);
      },
    );
    return fuzzFor(SECONDS, () => fc.assert(property, RUNS));
  });

  test("for the WAL of a real member that was written over or cut", { timeout: TIMEOUT }, () => {
    const [archive] = MEMBERS.at(-1) ?? [""];
    const sound = readMemberWal(archive).slice(0, 150_000);
    const written = new Set(readWal(sound).puts.map(({ offset }) => offset));
    const cut = fc.option(fc.integer({ min: 0, max: sound.length }), { nil: sound.length, freq: 3 });
    const property = fc.property(fc.array(change, { maxLength: 5 }), cut, (changes, length) => {
      const reading = readWal(overwritten(sound, changes).subarray(0, length), { pieceLength: 20_000 });
      for (const { offset, isProven } of reading.puts) if (isProven) expect(written).toContain(offset);
    });
    return fuzzFor(SECONDS, () => fc.assert(property, RUNS));
  });
});

test("a put before the first change of a file is always reported", { timeout: TIMEOUT }, () => {
  const builder = fileOfPuts(40);
  const sound = builder.finish(8192);
  const { puts } = readWal(sound);
  const property = fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), pieceLength, (changes, length) => {
    const bytes = overwritten(sound, changes);
    const first = bytes.findIndex((byte, at) => byte !== sound[at]);
    const before = puts.filter((_, position) => first === -1 || builder.at(position + 2).end <= first);
    expect(readWal(bytes, { pieceLength: length }).puts.slice(0, before.length)).toEqual(before);
  });
  return fuzzFor(SECONDS, () => fc.assert(property, RUNS));
});

function overwritten(
  sound: Uint8Array,
  changes: readonly { readonly place: number; readonly bytes: Uint8Array }[],
): Uint8Array {
  const copy = sound.slice();
  for (const { place, bytes } of changes) {
    const at = Math.floor(place * copy.length);
    copy.set(bytes.subarray(0, copy.length - at), at);
  }
  return copy;
}
