import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { audit } from "../../src/audit.ts";
import { AuditError } from "../../src/errors.ts";
import { explainKey } from "../../src/explain-key.ts";
import type { AuditResult } from "../../src/model/audit-result.ts";
import { sealTrailer } from "../bbolt-file/bbolt-file.ts";
import { fuzzFor, fuzzTimeout } from "../bytes/fuzz-for.ts";
import { FIXTURES } from "../corpus/repository-corpus.ts";
import { MEMBERS, readMemberWal, unpackMember } from "../etcd/wal/member-archive.ts";
import { PAGE } from "./freed-page-bytes.ts";
import { type FreedReading, readFreed } from "./read-freed.ts";
import { withFile } from "./read-snapshot.ts";

/** Of the minute that all fuzzers have in CI: for each of the three here. */
const SECONDS = 13;
const TIMEOUT = fuzzTimeout(SECONDS);
const MOST_MEMORY = 512 * 1024 * 1024;
const LOG = "member/wal/0000000000000000-0000000000000000.wal";
const SNAPSHOT = new Uint8Array(
  gunzipSync(readFileSync(join(FIXTURES, "i-compact-defrag/compacted-not-defragmented.db.gz"))),
);
const PAGE_COUNT = Math.floor(SNAPSHOT.length / PAGE);
const [ARCHIVE] = MEMBERS.find(([name]) => name.startsWith("w-")) ?? [""];

let folder: string;
let whole: FreedReading;
/** First page -> how many pages, of each freed run that something was read of. */
let freedRuns: ReadonlyMap<number, number>;
let freedPages: readonly number[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "residue-fuzz-"));
  whole = await readFreed(SNAPSHOT);
  const view = new DataView(SNAPSHOT.buffer);
  freedRuns = new Map(
    whole.lines.map((line) => {
      const pgid = placeOf(line) / PAGE;
      return [pgid, 1 + view.getUint32(pgid * PAGE + 12, true)];
    }),
  );
  freedPages = [...freedRuns].flatMap(([pgid, count]) => Array.from({ length: count }, (_, index) => pgid + index));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Bytes written over others: numbers that lie about lengths and counts above all. */
const overwriting = fc.record({
  page: fc.nat(),
  at: fc.oneof(fc.nat(PAGE - 1), fc.nat(200)),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 16 }),
    fc.constantFrom(0, 1, 0x7f, 0x80, 0xff).map((byte) => new Uint8Array(8).fill(byte)),
    fc.integer({ min: 1, max: PAGE }).map((length) => new Uint8Array(length)),
  ),
});
/** A page copied over another, its header made that of its new place or left as it is. */
const copying = fc.record({ page: fc.nat(), from: fc.nat(PAGE_COUNT - 1), isRenumbered: fc.boolean() });
const changes = fc.array(fc.oneof(overwriting, copying), { minLength: 1, maxLength: 5 });
type Change = (typeof changes extends fc.Arbitrary<infer List> ? List : never) extends readonly (infer Each)[]
  ? Each
  : never;

/** A copy with changes in these pages only, and a hash that fits. */
function changedIn(pages: readonly number[], list: readonly Change[]): Uint8Array {
  const bytes = SNAPSHOT.slice();
  const view = new DataView(bytes.buffer);
  for (const change of list) {
    const pgid = pages[change.page % pages.length] as number;
    const start = pgid * PAGE;
    if ("from" in change) {
      bytes.copyWithin(start, change.from * PAGE, (change.from + 1) * PAGE);
      if (change.isRenumbered) view.setBigUint64(start, BigInt(pgid), true);
    } else {
      bytes.set(change.bytes.subarray(0, PAGE - change.at), start + change.at);
    }
  }
  sealTrailer({ bytes, hasTrailer: true, pageSize: PAGE, order: "little", pages: [] });
  return bytes;
}

/** The result, or null where the file was refused; anything else that is thrown is a defect. */
async function resultOf(path: string): Promise<AuditResult | null> {
  try {
    const result = await audit({ path, scope: { allResources: true }, keepValues: true });
    for (const _ of result.findings());
    for (const _ of result.values());
    return result;
  } catch (error) {
    if (error instanceof AuditError) return null;
    throw error;
  }
}

function expectHonest(result: AuditResult | null): void {
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(MOST_MEMORY);
  if (result === null) return;
  const reasons = result.sources.flatMap(({ incompleteReasons }) => incompleteReasons);
  expect(result.exitCode === 3).toBe(reasons.length > 0);
  for (const { code, message } of reasons) {
    if (code === "page-damaged" || code === "record-damaged") expect(message).toMatch(/offset \d+|can't be read/);
  }
}

test("freed pages that were changed: nothing stored is lost, nothing is damage, and untouched runs are still told", {
  timeout: TIMEOUT,
}, async () => {
  const property = fc.asyncProperty(changes, fc.integer({ min: 1000, max: 200_000 }), async (list, pieceLength) => {
    const bytes = changedIn(freedPages, list);
    const isTouched = (pgid: number) =>
      Buffer.compare(
        bytes.subarray(pgid * PAGE, (pgid + 1) * PAGE),
        SNAPSHOT.subarray(pgid * PAGE, (pgid + 1) * PAGE),
      ) !== 0;
    const kept = whole.lines.filter((line) => {
      const pgid = placeOf(line) / PAGE;
      const count = freedRuns.get(pgid) ?? 1;
      return !Array.from({ length: count }, (_, index) => isTouched(pgid + index)).includes(true);
    });
    for (const reading of [await readFreed(bytes), await readFreed(bytes, pieceLength)]) {
      expect(reading.codes).toEqual([]);
      const told = new Set(reading.lines.map(revisionAndClass));
      for (const line of kept) expect(told).toContain(revisionAndClass(line));
    }
  });
  await fuzzFor(SECONDS, () => fc.assert(property, { numRuns: 25 }));
});

test("any page that was changed, of a snapshot whose hash fits", { timeout: TIMEOUT }, async () => {
  const all = Array.from({ length: PAGE_COUNT }, (_, pgid) => pgid);
  const end = fc.option(fc.nat(SNAPSHOT.length), { nil: SNAPSHOT.length, freq: 4 });
  const property = fc.asyncProperty(changes, end, async (list, length) => {
    const bytes = changedIn(all, list).subarray(0, length);
    expectHonest(await withFile(bytes, resultOf));
    expectHonest(await withFile(gzipSync(bytes, { level: 0 }), resultOf, "snapshot.db.gz"));
  });
  await fuzzFor(SECONDS, () => fc.assert(property, { numRuns: 12 }));
});

test("a data directory with a changed log, database and left-over database", { timeout: TIMEOUT }, async () => {
  const directory = join(folder, "member-1");
  unpackMember(ARCHIVE, directory);
  mkdirSync(join(directory, "member/snap"), { recursive: true });
  const wal = readMemberWal(ARCHIVE).slice(0, 160_000);
  const database = new Uint8Array(readFileSync(join(directory, "member/snap/db")));
  copyFileSync(join(directory, "member/snap/db"), join(directory, "sound"));
  const change = fc.record({
    place: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 24 }),
  });
  const list = fc.array(change, { maxLength: 4 });
  const leftOver = fc.constantFrom("db.tmp.1", "0000000000000001.snap.db", "db.old", "tmp1");
  const property = fc.asyncProperty(list, list, list, leftOver, async (inLog, inDatabase, inLeftOver, name) => {
    const stray = join(directory, "member/snap", name);
    writeFileSync(join(directory, LOG), overwritten(wal, inLog));
    writeFileSync(join(directory, "member/snap/db"), overwritten(database, inDatabase));
    writeFileSync(stray, overwritten(database, inLeftOver));
    try {
      const result = await resultOf(directory);
      expectHonest(result);
      const key = Buffer.from("/registry/secrets/default/db-00");
      await explainKey({ path: directory, key }).catch((error) => expect(error).toBeInstanceOf(AuditError));
      // The log does not depend on the databases: what a sound one holds is told whatever they are.
      if (inLog.length === 0 && result !== null) expect(result.summary.areas.wal.total).toBeGreaterThan(20);
    } finally {
      rmSync(stray);
    }
  });
  await fuzzFor(SECONDS, () => fc.assert(property, { numRuns: 12 }));
});

function overwritten(
  sound: Uint8Array,
  list: readonly { readonly place: number; readonly bytes: Uint8Array }[],
): Uint8Array {
  const copy = sound.slice();
  for (const { place, bytes } of list) {
    const at = Math.floor(place * copy.length);
    copy.set(bytes.subarray(0, copy.length - at), at);
  }
  return copy;
}

function placeOf(line: string): number {
  return Number(/@(\d+)/.exec(line)?.[1]);
}

/** Which of several copies of a revision is told depends on which come first; a changed one may have another key. */
function revisionAndClass(line: string): string {
  return / (\d+(?:\.\d+)? .*?) [a-z-]+@/.exec(line)?.[1] ?? line;
}
