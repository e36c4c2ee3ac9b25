import { describe, expect, test } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import { Records } from "../../src/engine/records.ts";
import type { EtcdRecord } from "../bbolt-file/etcd-record.ts";
import { keyValueMessage, revisionKey } from "../bbolt-file/etcd-record.ts";
import { type LeafElement, leafNode, viewOf } from "../bbolt-file/page.ts";
import { readPage, recordsIn } from "./leaf-page.ts";

function recordElement(record: EtcdRecord): LeafElement {
  return { key: revisionKey(record.revision, record.sub, record.tombstone), value: keyValueMessage(record) };
}

interface Read {
  readonly records: readonly object[];
  readonly damages: readonly (readonly [element: number, message: string])[];
  readonly newest: number;
}

function read(elements: readonly LeafElement[], count = elements.length): Read {
  const node = leafNode(elements);
  const page = new Uint8Array(Math.max(1, Math.ceil(node.length / 4096)) * 4096);
  page.set(node);
  viewOf(page).setUint16(10, count, true);
  const { records, problems, firstBad, newest } = readPage(page);
  const damages = problems.map(({ element, message }) => [element, message] as const);
  if (firstBad !== -1) damages.push([firstBad, "out of place"]);
  return { records: recordsIn(records), damages, newest };
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

  test("that claims to have no elements gives none: whoever reads it knows whether that may be", () => {
    expect(read([first, second].map(recordElement), 0)).toEqual({ records: [], damages: [], newest: 0 });
  });

  test("that claims to have fewer elements is damaged", () => {
    const { damages } = read([first, second, gone].map(recordElement), 2);
    expect(damages.length).toBeGreaterThan(0);
  });
});

test("one page after another is not mixed up", () => {
  const engine = new Engine();
  const records = new Records(engine);
  for (const [record, newest] of [
    [gone, gone.revision],
    [first, first.revision],
  ] as const) {
    records.count = 0;
    const node = leafNode([recordElement(record)]);
    const page = new Uint8Array(4096);
    page.set(node);
    expect(engine.exports.readLeaf(engine.place(page), page.length, 5, 77, records.list)).toBe(-1);
    expect(engine.exports.newestRevision.value).toBe(newest);
    expect(recordsIn(records)).toEqual([record]);
    expect(records.where(0)).toBe(77);
  }
});
