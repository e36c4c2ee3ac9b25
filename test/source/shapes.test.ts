import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { BboltFile } from "../bbolt-file/bbolt-file.ts";
import { changed, pagesOf, withBrokenMeta, withMetaField } from "../bbolt-file/damage.ts";
import { type EtcdRecord, keyValueMessage, revisionKey } from "../bbolt-file/etcd-record.ts";
import { type EtcdSnapshotOptions, etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import { leafNode, PAGE_FLAG, viewOf } from "../bbolt-file/page.ts";
import { comparable, lineOf, type Reading, readAsFile, readAsStream } from "./read-snapshot.ts";

/** Revisions of some keys: deletions, transactions, leases and empty values among them. */
function someRecords(count: number, valueLength = 120): EtcdRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const common = {
      revision: 2 + Math.floor(index / 2),
      sub: index % 2,
      key: `/registry/secrets/a/token-${index % 50}`,
    };
    if (index % 29 === 28) return { ...common, tombstone: true };
    const value = new Uint8Array(index % 31 === 30 ? 0 : valueLength + (index % 7)).fill(index);
    return { ...common, value, createRevision: 1 + (index % 5), version: index + 1, lease: BigInt(index) << 40n };
  });
}

/** Reads a file in both ways: they must agree, find nothing wrong, and give these records, each once. */
async function expectRecords(file: BboltFile, records: readonly EtcdRecord[], pieceLength = 65_000): Promise<Reading> {
  const reading = await readAsFile(file.bytes);
  expect(reading.facts.incompleteReasons).toEqual([]);
  expect(reading.records).toEqual(records.map(lineOf).sort());
  expect(comparable(await readAsStream(file.bytes, pieceLength))).toEqual(comparable(reading));
  return reading;
}

function bytesInUse(file: BboltFile): number {
  const used = file.pages.filter(({ kind }) => kind !== "freed");
  return used.reduce((sum, { overflow }) => sum + overflow + 1, 2) * file.pageSize;
}

describe("every record is read once, as a file and as a stream", () => {
  const shapes: readonly (readonly [string, Partial<EtcdSnapshotOptions>])[] = [
    ["pages of 1 KiB", { pageSize: 1024 }],
    ["pages of 2 KiB", { pageSize: 2048 }],
    ["pages of 4 KiB", {}],
    ["pages of 8 KiB", { pageSize: 8192 }],
    ["pages of 16 KiB", { pageSize: 16_384 }],
    ["pages of 64 KiB", { pageSize: 65_536 }],
    ["pages of 512 KiB", { pageSize: 524_288 }],
    ["the root before its leaves", { placement: "descending" }],
    ["leaves that are nearly empty", { fill: 0.1 }],
    ["a stored freelist", { freelist: "stored", freedPages: [new Uint8Array(9000).fill(1)] }],
    ["no SHA-256 at the end", { trailer: false }],
    ["meta page 1 in force", { txid: 9 }],
  ];

  test.each(shapes)("%s", async (_, options) => {
    const records = someRecords(1500);
    const file = etcdSnapshot({ records, compactRevision: 77, scheduledCompactRevision: 99, ...options });
    const { facts, compactRevision } = await expectRecords(file, records);
    const length = file.bytes.length - (file.hasTrailer ? 32 : 0);
    expect(compactRevision).toBe(77);
    expect(facts).toMatchObject({
      revision: 751,
      compactRevision: 77,
      scheduledCompactRevision: 99,
      etcdVersion: "3.6.0",
      sha256: createHash("sha256").update(file.bytes).digest("hex"),
      dbSize: length,
      dbSizeInUse: bytesInUse(file),
    });
  });

  test.each([900, 5000, 70_000, 400_000])("values of %s bytes, in runs that cross the chunks", async (length) => {
    const records = someRecords(Math.ceil(4_000_000 / length), length);
    await expectRecords(etcdSnapshot({ records }), records, 300_007);
    await expectRecords(etcdSnapshot({ records, pageSize: 1024, placement: "descending" }), records, 4096);
  });

  test("values as long as etcd allows, four in one run", async () => {
    const records = someRecords(4, 1536 * 1024);
    const file = etcdSnapshot({ records, fill: 5000 });
    expect(Math.max(...pagesOf(file, "leaf", "key").map(({ overflow }) => overflow))).toBeGreaterThan(1400);
    await expectRecords(file, records, 1_000_003);
  });

  test("a run that begins with the last page of a chunk, and one that ends with it", async () => {
    for (let shift = 250; shift < 256; shift++) {
      const freedPages = [new Uint8Array(shift * 4096)];
      const records = someRecords(40, 10_000);
      await expectRecords(etcdSnapshot({ records, freedPages }), records);
    }
  });

  test("the key bucket of a fresh etcd, inline in the root page", async () => {
    const records = someRecords(3, 20);
    const file = etcdSnapshot({ records, buckets: new Map([["key", { entries: records.map(elementOf) }]]) });
    expect(pagesOf(file, "leaf", "key")).toEqual([]);
    const { facts } = await expectRecords(file, records);
    expect(facts.revision).toBe(3);
  });

  test("an empty key bucket", async () => {
    const { facts } = await expectRecords(etcdSnapshot({ records: [], buckets: new Map([["key", {}]]) }), []);
    expect(facts.revision).toBe(1);
  });

  test("a root bucket of many pages, and buckets within buckets", async () => {
    const records = someRecords(200);
    const inner = new Map([["key", { entries: records.map(elementOf) }]]);
    const others = Array.from({ length: 300 }, (_, index) => [`other-${index}`, { buckets: inner }] as const);
    const file = etcdSnapshot({ records, buckets: new Map(others) });
    expect(pagesOf(file, "branch", "").length).toBeGreaterThan(0);
    await expectRecords(file, records);
  });

  test("a small bucket of many pages whose keys look like revisions", async () => {
    const records = someRecords(100);
    const users = Array.from({ length: 500 }, (_, index) => ({
      key: new TextEncoder().encode(`username_${String(index).padStart(8, "0")}`),
      value: new Uint8Array(100),
    }));
    expect(users[0]?.key).toHaveLength(17);
    await expectRecords(etcdSnapshot({ records, buckets: new Map([["authUsers", { entries: users }]]) }), records);
  });

  test("the state of before the last commit, where the newer meta page is damaged", async () => {
    const records = someRecords(300);
    const file = etcdSnapshot({ records, trailer: false, txid: 9 });
    await expectRecords(withBrokenMeta(file, 1), records);
    await expectRecords(withBrokenMeta(file, 0), records);
  });

  test("what the meta page with the higher transaction says", async () => {
    const records = someRecords(300);
    const file = etcdSnapshot({ records, trailer: false, txid: 9 });
    const rootless = withMetaField(file, 0, "root", 2 ** 40);
    await expectRecords(rootless, records);
    const inForce = withMetaField(rootless, 0, "txid", 10);
    expect((await readAsFile(inForce.bytes)).records).toEqual([]);
    expect((await readAsStream(inForce.bytes)).records).toEqual([]);
  });

  test("a member's file that is longer than its database", async () => {
    const records = someRecords(300);
    const file = etcdSnapshot({ records, trailer: false });
    const tail = new Uint8Array(3 * 1024 * 1024 + 4096);
    tail.set(file.bytes.subarray(4 * 4096), 8192);
    const { facts } = await expectRecords({ ...file, bytes: Buffer.concat([file.bytes, tail]) }, records);
    expect(facts.dbSize).toBe(file.bytes.length);
  });
});

describe("bytes that only look like pages of records count for nothing", () => {
  const records = someRecords(60);

  /** A leaf page of one record more, at byte `start` of a file: with that page's own number in its header. */
  function imitateAt(bytes: Uint8Array, start: number, pageSize: number): void {
    const extra = { revision: 9999, key: "/registry/secrets/a/imitated", value: "imitated" };
    const node = leafNode([elementOf(extra)]);
    bytes.set(node, start);
    viewOf(bytes).setBigUint64(start, BigInt(start / pageSize), true);
  }

  test("in a free page", async () => {
    const file = etcdSnapshot({ records, freedPages: [new Uint8Array(3 * 4096)] });
    const imitated = changed(file, (bytes) => {
      for (const pgid of [2, 3, 4]) imitateAt(bytes, pgid * 4096, 4096);
    });
    await expectRecords(imitated, records);
  });

  test("in the pages of a value that is longer than a page", async () => {
    const large = { revision: 500, key: "/registry/secrets/a/large", value: new Uint8Array(50_000).fill(0x41) };
    const file = etcdSnapshot({ records: [...records, large] });
    const run = pagesOf(file, "leaf", "key").find(({ overflow }) => overflow >= 10);
    if (run === undefined) throw new Error("the test's file has no long run");
    const imitated = changed(file, (bytes) => {
      for (let page = 2; page < 10; page++) imitateAt(bytes, (run.pgid + page) * 4096, 4096);
    });
    const reading = await readAsFile(imitated.bytes);
    expect(reading.records.filter((line) => line.includes("imitated"))).toEqual([]);
    expect(reading.records).toHaveLength(61);
    expect(reading.facts.incompleteReasons).toEqual([]);
    expect(comparable(await readAsStream(imitated.bytes, 5000))).toEqual(comparable(reading));
  });

  test("in a free run that pages in use have overwritten in part", async () => {
    const freed = leafNode([
      elementOf({ revision: 7, key: "/registry/secrets/a/freed", value: new Uint8Array(9 * 4096) }),
    ]);
    const file = etcdSnapshot({
      records: someRecords(900),
      freedPages: [new Uint8Array(2 * 4096)],
      placement: "descending",
    });
    const overwritten = changed(file, (bytes, view) => {
      bytes.set(freed.subarray(0, 2 * 4096), 2 * 4096);
      view.setBigUint64(2 * 4096, 2n, true);
      view.setUint16(2 * 4096 + 8, PAGE_FLAG.leaf, true);
      view.setUint32(2 * 4096 + 12, 9, true);
    });
    await expectRecords(overwritten, someRecords(900));
  });
});

function elementOf(record: EtcdRecord): { readonly key: Uint8Array; readonly value: Uint8Array } {
  return { key: revisionKey(record.revision, record.sub, record.tombstone), value: keyValueMessage(record) };
}
