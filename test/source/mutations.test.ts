import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { audit } from "../../src/audit.ts";
import { AuditError } from "../../src/errors.ts";
import { type BboltFile, sealTrailer } from "../bbolt-file/bbolt-file.ts";
import { changed } from "../bbolt-file/damage.ts";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import { viewOf } from "../bbolt-file/page.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";
import { FIXTURES } from "../corpus/repository-corpus.ts";
import { codesOf, lineOf, type Reading, readAsFile, readAsStream, withFile } from "./read-snapshot.ts";

const PAGE_SIZE = 4096;
const MOST_MEMORY = 1024 * 1024 * 1024;
const snapshot = new Uint8Array(gunzipSync(readFileSync(join(FIXTURES, "u-etcd-3.4/partly-rewritten.db.gz"))));

/** One change to a file; none changes its meta pages alone more often than its other pages. */
type Mutation = (bytes: Uint8Array) => Uint8Array;

/** Any place, and more often one where a page's header and elements are. */
const place = fc.oneof(
  fc.nat(snapshot.length - 1),
  fc
    .tuple(fc.nat(Math.floor(snapshot.length / PAGE_SIZE) - 1), fc.nat(120))
    .map(([page, rest]) => page * PAGE_SIZE + rest),
);
const length = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3 * PAGE_SIZE }));

function replaced(bytes: Uint8Array, start: number, end: number, by: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([bytes.subarray(0, start), by, bytes.subarray(end)]));
}

const sameLength: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, fc.nat(7)).map(
    ([at, bit]): Mutation =>
      (bytes) =>
        replaced(bytes, at, at + 1, Uint8Array.of((bytes[at] ?? 0) ^ (1 << bit))),
  ),
  fc.tuple(place, length, fc.constantFrom(0, 0xff)).map(
    ([at, count, byte]): Mutation =>
      (bytes) =>
        bytes.slice().fill(byte, at, at + count),
  ),
  fc.tuple(place, place, length).map(
    ([from, to, count]): Mutation =>
      (bytes) =>
        bytes.slice().copyWithin(to, from, from + count),
  ),
);
const otherLength: fc.Arbitrary<Mutation> = fc.oneof(
  place.map(
    (at): Mutation =>
      (bytes) =>
        bytes.slice(0, at),
  ),
  fc.tuple(place, length).map(
    ([at, count]): Mutation =>
      (bytes) =>
        replaced(bytes, at, at + count, new Uint8Array(0)),
  ),
  fc.tuple(place, place, length).map(
    ([from, to, count]): Mutation =>
      (bytes) =>
        replaced(bytes, to, to, bytes.slice(from, from + count)),
  ),
);
const mutations = fc.array(fc.oneof({ weight: 4, arbitrary: sameLength }, otherLength), { minLength: 1, maxLength: 4 });

function mutate(list: readonly Mutation[]): Uint8Array {
  return list.reduce<Uint8Array>((bytes, mutation) => mutation(bytes), snapshot);
}

/** The verdict, or the code with which the file was refused; anything else that is thrown is a defect. */
async function verdictOf(path: string): Promise<string> {
  try {
    const result = await audit({ path, keepValues: true, scope: { allResources: true } });
    for (const _ of result.findings());
    for (const _ of result.values());
    return result.verdict;
  } catch (error) {
    if (error instanceof AuditError) return error.code;
    throw error;
  }
}

const REFUSALS = ["NOT_A_SNAPSHOT", "BIG_ENDIAN_SNAPSHOT", "NOT_AN_ETCD_DATABASE", "FILE_EMPTY"];

describe("a real snapshot that was changed in any way", () => {
  test("is refused or incomplete, never pass or fail, as a file and as a stream", async () => {
    await fc.assert(
      fc.asyncProperty(mutations, async (list) => {
        const bytes = mutate(list);
        // Without its hash it is a member's file, of which nobody can tell that it was changed.
        fc.pre(Buffer.compare(bytes, snapshot) !== 0 && bytes.length % PAGE_SIZE !== 0);
        for (const verdict of [
          await withFile(bytes, verdictOf),
          await withFile(gzipSync(bytes, { level: 0 }), verdictOf, "snapshot.db.gz"),
        ]) {
          expect(["incomplete", ...REFUSALS]).toContain(verdict);
        }
        expect(process.memoryUsage().arrayBuffers).toBeLessThan(MOST_MEMORY);
      }),
      fuzzRuns(80),
    );
  });

  test("and given a hash that fits is never an unknown failure, and both ways of reading agree on what is sound", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(sameLength, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 200_000 }),
        async (list, piece) => {
          const bytes = mutate(list);
          sealTrailer({ bytes, hasTrailer: true, pageSize: PAGE_SIZE, order: "little", pages: [] });
          const file = await outcomeOf(readAsFile(bytes));
          const stream = await outcomeOf(readAsStream(bytes, piece));
          expect(stream.codes).toEqual(file.codes);
          expect(stream.records).toEqual(file.records);
          expect(process.memoryUsage().arrayBuffers).toBeLessThan(MOST_MEMORY);
        },
      ),
      fuzzRuns(120),
    );
  });

  test("only by losing its hash is a member's file, and sound", async () => {
    expect(await withFile(snapshot, verdictOf)).toBe("fail");
    expect(await withFile(snapshot.subarray(0, -32), verdictOf)).toBe("fail");
  });

  test("packed, and then changed, is refused, incomplete or the same", async () => {
    const packed = new Uint8Array(gzipSync(snapshot));
    const at = fc.nat(packed.length - 1);
    await fc.assert(
      fc.asyncProperty(at, fc.nat(7), fc.boolean(), async (where, bit, isCut) => {
        const bytes = isCut
          ? packed.slice(0, where)
          : replaced(packed, where, where + 1, Uint8Array.of((packed[where] ?? 0) ^ (1 << bit)));
        const isHeader = where < 10;
        const verdict = await withFile(bytes, verdictOf, "snapshot.db.gz");
        if (isHeader && !isCut) expect(["fail", "incomplete", ...REFUSALS]).toContain(verdict);
        else expect(["incomplete", ...REFUSALS]).toContain(verdict);
      }),
      fuzzRuns(80),
    );
  });
});

async function outcomeOf(
  reading: Promise<Reading>,
): Promise<{ readonly codes: readonly string[]; readonly records: readonly string[] }> {
  try {
    const read = await reading;
    return { codes: codesOf(read), records: read.records };
  } catch (error) {
    if (error instanceof AuditError) return { codes: [error.code], records: [] };
    throw error;
  }
}

describe("the free pages of a member's file", () => {
  const records = Array.from({ length: 80 }, (_, index) => ({
    revision: index + 2,
    key: `/a/${index}`,
    value: new Uint8Array(200).fill(index),
  }));
  const FREE_PAGES = 12;
  const file: BboltFile = etcdSnapshot({
    records,
    trailer: false,
    freedPages: [new Uint8Array(FREE_PAGES * PAGE_SIZE)],
  });
  const pageCount = file.bytes.length / PAGE_SIZE;

  /** What a free page holds: an old copy of a page in use under its own number, or any bytes. */
  const content = fc.record({
    copyOf: fc.integer({ min: 2 + FREE_PAGES, max: pageCount - 1 }),
    overflow: fc.oneof(fc.constant(0), fc.nat(pageCount), fc.constant(0xffffffff)),
    isHeadless: fc.boolean(),
    changes: fc.array(fc.tuple(fc.nat(PAGE_SIZE - 1), fc.nat(255)), { maxLength: 5 }),
  });

  test("may hold anything: nothing of it is told, and nothing else is lost", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(content, { minLength: FREE_PAGES, maxLength: FREE_PAGES }), async (contents) => {
        const { bytes } = changed(file, (copy) => {
          for (const [index, { copyOf, overflow, isHeadless, changes }] of contents.entries()) {
            const start = (2 + index) * PAGE_SIZE;
            copy.copyWithin(start, copyOf * PAGE_SIZE, (copyOf + 1) * PAGE_SIZE);
            for (const [offset, byte] of changes) copy[start + offset] = byte;
            viewOf(copy).setBigUint64(start, BigInt(isHeadless ? 0 : 2 + index), true);
            viewOf(copy).setUint32(start + 12, overflow, true);
          }
        });
        for (const reading of [await readAsFile(bytes), await readAsStream(bytes, 10_000)]) {
          expect(reading.facts.incompleteReasons).toEqual([]);
          expect(reading.records).toEqual(records.map(lineOf).sort());
          expect(reading.facts.dbSizeInUse).toBe((pageCount - FREE_PAGES) * PAGE_SIZE);
        }
      }),
      fuzzRuns(80),
    );
  });
});
