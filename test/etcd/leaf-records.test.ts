import { describe, expect, test } from "vitest";
import { LeafRecordReader } from "../../src/etcd/leaf-records.ts";
import { RecordBatch } from "../../src/model/record-batch.ts";
import { placedRun } from "../bbolt/page-runs.ts";
import type { EtcdRecord } from "../bbolt-file/etcd-record.ts";
import { keyValueMessage, revisionKey } from "../bbolt-file/etcd-record.ts";
import { type LeafElement, leafNode } from "../bbolt-file/page.ts";

function recordElement(record: EtcdRecord): LeafElement {
  return { key: revisionKey(record.revision, record.sub, record.tombstone), value: keyValueMessage(record) };
}

interface Read {
  readonly records: readonly EtcdRecord[];
  readonly damages: readonly (readonly [element: number, message: string])[];
  readonly newest: number;
}

function read(elements: readonly LeafElement[], count = elements.length): Read {
  const run = { ...placedRun(leafNode(elements), 4096, 100), count };
  const batch = new RecordBatch();
  batch.reset(run.bytes);
  const damages: (readonly [number, string])[] = [];
  const newest = new LeafRecordReader().appendTo(batch, run, (pgid, element, message) => {
    expect(pgid).toBe(run.pgid);
    damages.push([element, message]);
  });
  return { records: recordsOf(batch), damages, newest };
}

function recordsOf(batch: RecordBatch): EtcdRecord[] {
  return Array.from({ length: batch.count }, (_, row) => {
    const bytes = (offset: Uint32Array, length: Uint32Array) =>
      batch.bytes.slice(offset[row] as number, (offset[row] as number) + (length[row] as number));
    const common = {
      revision: batch.main[row] as number,
      sub: batch.sub[row] as number,
      key: Buffer.from(bytes(batch.keyOffset, batch.keyLength)).toString(),
    };
    if (batch.tombstone[row] === 1) return { ...common, tombstone: true };
    return {
      ...common,
      value: Buffer.from(bytes(batch.valueOffset, batch.valueLength)).toString(),
      createRevision: batch.createRevision[row] as number,
      version: batch.version[row] as number,
      lease: (BigInt(batch.leaseHigh[row] as number) << 32n) | BigInt(batch.leaseLow[row] as number),
    };
  });
}

const first = { revision: 4, sub: 0, key: "/a", value: "one", createRevision: 4, version: 1, lease: 0n };
const second = {
  revision: 2 ** 40,
  sub: 3,
  key: "/b",
  value: "",
  createRevision: 4,
  version: 2 ** 33,
  lease: 2n ** 62n + 5n,
};
const gone = { revision: 2 ** 40 + 1, sub: 1, key: "/a", tombstone: true };

describe("a leaf page of the key bucket", () => {
  test("gives its records, tombstones among them, and its newest revision", () => {
    const { records, damages, newest } = read([first, second, gone].map(recordElement));
    expect(damages).toEqual([]);
    expect(records).toEqual([first, second, gone]);
    expect(newest).toBe(2 ** 40 + 1);
  });

  test("passes over the empty record that a restore writes to raise the revision", () => {
    const bump = { key: revisionKey(1_000_000_000), value: new Uint8Array(0) };
    const { records, damages, newest } = read([recordElement(first), bump]);
    expect(damages).toEqual([]);
    expect(records).toEqual([first]);
    expect(newest).toBe(1_000_000_000);
  });

  const bad: readonly (readonly [string, LeafElement])[] = [
    ["an empty tombstone", { key: revisionKey(9, 0, true), value: new Uint8Array(0) }],
    ["an empty record within a transaction", { key: revisionKey(9, 4), value: new Uint8Array(0) }],
    ["a key of another form", { key: new Uint8Array(17), value: keyValueMessage({ ...first, revision: 9 }) }],
    ["a bucket", { ...recordElement({ ...first, revision: 9 }), isBucket: true }],
    ["two revisions that differ", { key: revisionKey(9), value: keyValueMessage({ ...first, revision: 10 }) }],
    [
      "a message that is cut",
      { key: revisionKey(9), value: keyValueMessage({ ...first, revision: 9 }).subarray(0, -1) },
    ],
    ["a message without a key", { key: revisionKey(9), value: keyValueMessage({ ...first, revision: 9, key: "" }) }],
    ["a revision beyond 2^53", { key: revisionKey(2 ** 53), value: keyValueMessage({ ...first, revision: 9 }) }],
  ];

  test.each(bad)("with %s tells of it and gives the others", (_, element) => {
    const { records, damages, newest } = read([
      recordElement(first),
      element,
      recordElement(second),
      recordElement(gone),
    ]);
    expect(records).toEqual([first, second, gone]);
    expect(damages.map(([index]) => index)).toEqual([1]);
    expect(newest).toBe(2 ** 40 + 1);
  });

  test("never tells what a value holds", () => {
    const canary = "CANARY-in-a-value";
    const message = keyValueMessage({ ...first, revision: 9, value: canary });
    for (let length = 1; length < message.length; length++) {
      const { damages } = read([{ key: revisionKey(9), value: message.subarray(0, length) }]);
      expect(damages.join()).not.toContain("CANARY");
    }
  });

  test("that claims to have no elements is damaged: bbolt keeps no such page", () => {
    expect(read([first, second].map(recordElement), 0).damages).toHaveLength(1);
  });

  test("that claims to have fewer elements is damaged", () => {
    const { damages } = read([first, second, gone].map(recordElement), 2);
    expect(damages.length).toBeGreaterThan(0);
  });
});

test("a reader of one page after another does not mix them up", () => {
  const reader = new LeafRecordReader();
  const batch = new RecordBatch();
  const fail = () => expect.unreachable();
  const old = placedRun(leafNode([recordElement(gone)]), 4096);
  batch.reset(old.bytes);
  expect(reader.appendTo(batch, old, fail)).toBe(gone.revision);
  const run = placedRun(leafNode([recordElement(first)]), 4096);
  batch.reset(run.bytes);
  expect(reader.appendTo(batch, run, fail)).toBe(first.revision);
  expect(recordsOf(batch)).toEqual([first]);
});
