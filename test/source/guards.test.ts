import { describe, expect, test } from "vitest";
import { AuditError } from "../../src/errors.ts";
import { bboltFile } from "../bbolt-file/bbolt-file.ts";
import {
  changed,
  pagesOf,
  withBrokenMeta,
  withChild,
  withHeaderField,
  withLeafField,
  withMetaField,
  withZeroedPage,
} from "../bbolt-file/damage.ts";
import type { EtcdRecord } from "../bbolt-file/etcd-record.ts";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import { codesOf, lineOf, type Reading, readAsFile, readAsStream } from "./read-snapshot.ts";

function records(count: number, valueLength = 300): EtcdRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    revision: index + 2,
    key: `/registry/secrets/a/token-${index}`,
    value: new Uint8Array(valueLength).fill(index),
  }));
}

const COUNT = 120;
const sound = etcdSnapshot({ records: records(COUNT), compactRevision: 3, freedPages: [new Uint8Array(4096)] });
const bare = etcdSnapshot({ records: records(COUNT), compactRevision: 3, trailer: false });
const readers = [
  ["as a file", readAsFile],
  ["as a stream", readAsStream],
] as const;

function pageAt(kind: "leaf" | "branch", bucket: string, index: number) {
  const page = pagesOf(sound, kind, bucket)[index];
  if (page === undefined) throw new Error("the test's file has no such page");
  return page;
}

async function codeOfRefusal(reading: Promise<Reading>): Promise<string> {
  const error = await reading.then(
    () => new Error("was read"),
    (thrown: unknown) => thrown,
  );
  return error instanceof AuditError ? error.code : String(error);
}

describe.each(readers)("what is not seen is told, read %s", (_, read) => {
  const leaf = pageAt("leaf", "key", 4);
  const root = pageAt("leaf", "", 0);
  const branch = pageAt("branch", "key", 0);
  const cases: readonly (readonly [string, () => Uint8Array, readonly string[]])[] = [
    ["a page of zeros", () => withZeroedPage(sound, leaf).bytes, ["page-damaged"]],
    ["a cycle", () => withChild(sound, branch, 4, branch.pgid).bytes, ["page-damaged"]],
    ["a shared page", () => withChild(sound, branch, 4, pageAt("leaf", "key", 5).pgid).bytes, ["page-damaged"]],
    ["a child past the end", () => withChild(sound, branch, 4, 2 ** 40).bytes, ["page-damaged"]],
    ["a branch without children", () => withHeaderField(sound, branch, "count", 0).bytes, ["page-damaged"]],
    ["a branch with a child too few", () => withHeaderField(sound, branch, "count", 5).bytes, ["page-damaged"]],
    ["a leaf without elements", () => withHeaderField(sound, leaf, "count", 0).bytes, ["record-damaged"]],
    ["a leaf with an element too few", () => withHeaderField(sound, leaf, "count", 7).bytes, ["record-damaged"]],
    ["a leaf with an element too many", () => withHeaderField(sound, leaf, "count", 40).bytes, ["record-damaged"]],
    ["a run that takes its neighbour", () => withHeaderField(sound, leaf, "overflow", 1).bytes, ["page-damaged"]],
    ["a run past the end", () => withHeaderField(sound, leaf, "overflow", 0xffffffff).bytes, ["page-damaged"]],
    ["an element of no length", () => withLeafField(sound, leaf, 2, "valueLength", 0).bytes, ["record-damaged"]],
    ["an element that is a bucket", () => withLeafField(sound, leaf, 2, "flags", 1).bytes, ["record-damaged"]],
    ["an element out of its page", () => withLeafField(sound, leaf, 0, "position", 5000).bytes, ["record-damaged"]],
    ["a first key that is no revision", () => zeroedAt(leaf.pgid * 4096 + 16 + 16 * 10, 17), ["record-damaged"]],
    ["a root with a bucket too few", () => withHeaderField(sound, root, "count", 9).bytes, ["page-damaged"]],
  ];

  function zeroedAt(start: number, length: number): Uint8Array {
    return changed(sound, (bytes) => bytes.fill(0, start, start + length)).bytes;
  }

  test.each(cases)("%s", async (name, damage, codes) => {
    const reading = await read(damage());
    expect(codesOf(reading)).toEqual(codes);
    expect(reading.records.length).toBeLessThanOrEqual(COUNT);
    if (name !== "a branch without children" && name !== "a branch with a child too few") {
      expect(reading.records.length).toBeGreaterThan(COUNT - 30);
    }
    expect(new Set(reading.records).size).toBe(reading.records.length);
    const all = new Set(records(COUNT).map(lineOf));
    for (const line of reading.records) expect(all).toContain(line);
    if (codes.includes("page-damaged")) expect(reading.facts.dbSizeInUse).toBeNull();
  });

  test("a compact revision that is damaged: it is not 0", async () => {
    const place = Buffer.from(sound.bytes).indexOf("finishedCompactRev") + "finishedCompactRev".length;
    const reading = await read(zeroedAt(place, 17));
    expect(codesOf(reading)).toEqual(["record-damaged"]);
    expect(reading.facts.compactRevision).toBeNull();
    expect(reading.facts.scheduledCompactRevision).toBe(3);
  });

  test("a compact revision on a page that is lost: it is not 0", async () => {
    const reading = await read(withZeroedPage(sound, root).bytes);
    expect(codesOf(reading)).toEqual(["page-damaged"]);
    expect(reading.facts.compactRevision).toBeNull();
    expect(reading.facts.scheduledCompactRevision).toBeNull();
    expect(reading.facts.dbSizeInUse).toBeNull();
  });

  test("a cut at each page and beside it, as one reason", async () => {
    for (let pgid = 2; pgid < sound.bytes.length / 4096 - 1; pgid++) {
      for (const change of [-1, 0, 1, 32]) {
        const reading = await read(sound.bytes.subarray(0, pgid * 4096 + change));
        expect(codesOf(reading)).toContain("truncated");
        expect(codesOf(reading).filter((code) => code !== "truncated" && code !== "page-damaged")).toEqual([]);
        expect(reading.facts.incompleteReasons[0]?.code).toBe("truncated");
        expect(reading.facts.incompleteReasons.length).toBeLessThanOrEqual(2);
        expect(reading.facts.dbSizeInUse).toBeNull();
        expect(reading.facts.contentSha256).not.toBeUndefined();
      }
    }
  });

  test("a SHA-256 that is not whole, not right, or not that of a changed byte", async () => {
    for (const missing of [1, 31])
      expect(codesOf(await read(sound.bytes.subarray(0, -missing)))).toEqual(["truncated"]);
    const wrong = changed(sound, (bytes) => bytes.fill(1, bytes.length - 1), { keepHash: true });
    expect(codesOf(await read(wrong.bytes))).toEqual(["hash-mismatch"]);
    const inFreePage = changed(sound, (bytes) => bytes.fill(1, 2 * 4096 + 100, 2 * 4096 + 101), { keepHash: true });
    expect(codesOf(await read(inFreePage.bytes))).toEqual(["hash-mismatch"]);
  });

  test("nothing, where a member's file has another byte in a free page", async () => {
    const file = etcdSnapshot({ records: records(COUNT), trailer: false, freedPages: [new Uint8Array(4096)] });
    const reading = await read(changed(file, (bytes) => bytes.fill(255, 2 * 4096, 3 * 4096)).bytes);
    expect(reading.facts.incompleteReasons).toEqual([]);
    expect(reading.records).toHaveLength(COUNT);
  });

  test("what is refused altogether", async () => {
    const both = (field: "version" | "pageSize", value: number) =>
      withMetaField(withMetaField(sound, 0, field, value), 1, field, value).bytes;
    const bigEndian = etcdSnapshot({ records: records(5), order: "big" });
    const other = bboltFile({ buckets: new Map([["settings", {}]]) });
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [bigEndian.bytes, "BIG_ENDIAN_SNAPSHOT"],
      [bigEndian.bytes.map((byte, index) => (index < 4096 ? 0 : byte)), "BIG_ENDIAN_SNAPSHOT"],
      [withBrokenMeta(withBrokenMeta(sound, 0), 1).bytes, "NOT_A_SNAPSHOT"],
      [both("version", 3), "NOT_A_SNAPSHOT"],
      [both("pageSize", 1000), "NOT_A_SNAPSHOT"],
      [both("pageSize", 1024 * 1024), "NOT_A_SNAPSHOT"],
      [sound.bytes.subarray(0, 79), "NOT_A_SNAPSHOT"],
      [other.bytes, "NOT_AN_ETCD_DATABASE"],
      [withMetaField(withMetaField(bare, 0, "root", 2), 1, "root", 2).bytes, "NOT_AN_ETCD_DATABASE"],
    ];
    for (const [bytes, code] of cases) expect(await codeOfRefusal(read(bytes))).toBe(code);
  });

  const hostileMetas: readonly (readonly ["root" | "highWaterMark" | "pageSize", number])[] = [
    ["root", 2 ** 40],
    ["root", 0],
    ["root", 1],
    ["highWaterMark", 2 ** 40],
    ["highWaterMark", 2 ** 31],
    ["highWaterMark", 3],
    ["highWaterMark", 1],
    ["highWaterMark", 0],
    ["pageSize", 8192],
    ["pageSize", 2048],
  ];

  test.each(hostileMetas)("meta pages whose %s is %s, in bounded memory", async (field, value) => {
    const file = withMetaField(withMetaField(bare, 0, field, value), 1, field, value);
    const reading = await read(file.bytes);
    expect(reading.facts.incompleteReasons.length).toBeGreaterThan(0);
  });
});

describe("a stream of which too much would have to be kept", () => {
  const entries = Array.from({ length: 40 }, (_, index) => ({
    key: new TextEncoder().encode(`user-${String(index).padStart(4, "0")}`),
    value: new Uint8Array(1024 * 1024),
  }));

  test("is incomplete for that one reason, and gives its records; as a file it is read whole", async () => {
    const file = etcdSnapshot({ records: records(COUNT), buckets: new Map([["authUsers", { entries }]]) });
    const reading = await readAsStream(file.bytes);
    expect(reading.facts.incompleteReasons.map(({ code }) => code)).toEqual(["not-settled"]);
    expect(reading.records).toHaveLength(COUNT);
    expect(reading.facts).toMatchObject({ compactRevision: null, dbSizeInUse: null });
    expect((await readAsFile(file.bytes)).facts.incompleteReasons).toEqual([]);
  });
});
