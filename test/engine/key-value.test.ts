import fc from "fast-check";
import protobuf from "protobufjs/minimal.js";
import { describe, expect, test } from "vitest";
import { readKeyValue } from "../../src/etcd/key-value.ts";
import { RecordBatch } from "../../src/model/record-batch.ts";
import { type EtcdRecord, keyValueMessage, revisionKey } from "../bbolt-file/etcd-record.ts";
import { leafNode } from "../bbolt-file/page.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";
import { readPage, recordAt } from "./leaf-page.ts";

const REVISION = 300;
/** An empty message of a sub revision of 0 is another thing: a restore raises the revision by it. */
const SUB = 1;

/** What the reader of events makes of a message that is stored under a revision; null where it refuses it. */
function byLiveReader(message: Uint8Array): object | null {
  const batch = new RecordBatch();
  batch.reset(message);
  const row = batch.addRow();
  let modRevision: number;
  try {
    modRevision = readKeyValue(protobuf.Reader.create(message), 0, message.length, batch, row);
  } catch {
    return null;
  }
  if (modRevision !== REVISION) return null;
  const bytes = (offset: Uint32Array, length: Uint32Array) =>
    Buffer.from(message.subarray(offset[row], (offset[row] ?? 0) + (length[row] ?? 0))).toString("latin1");
  return {
    revision: REVISION,
    sub: SUB,
    key: bytes(batch.keyOffset, batch.keyLength),
    value: bytes(batch.valueOffset, batch.valueLength),
    createRevision: batch.createRevision[row],
    version: batch.version[row],
    lease: BigInt.asIntN(64, (BigInt(batch.leaseHigh[row] ?? 0) << 32n) | BigInt(batch.leaseLow[row] ?? 0)),
  };
}

/** The same by the engine, of a page that holds the message. */
function byEngine(message: Uint8Array): object | null {
  const node = leafNode([{ key: revisionKey(REVISION, SUB), value: message }]);
  const page = new Uint8Array(Math.ceil(node.length / 4096) * 4096);
  page.set(node);
  const { records, problems } = readPage(page, 0x08);
  expect(records.count + problems.length).toBe(1);
  return records.count === 0 ? null : recordAt(records, 0);
}

const anyRecord: fc.Arbitrary<EtcdRecord> = fc.record({
  revision: fc.constant(REVISION),
  key: fc.uint8Array({ minLength: 1, maxLength: 30 }),
  value: fc.uint8Array({ maxLength: 300 }),
  createRevision: fc.maxSafeNat(),
  version: fc.maxSafeNat(),
  lease: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
});
/** Fields that no release of etcd writes yet: numbers, bytes, groups in groups. */
const unknownField = fc.constantFrom(
  [0x38, 0x96, 0x01],
  [0x3a, 3, 1, 2, 3],
  [0x41, 1, 2, 3, 4, 5, 6, 7, 8],
  [0x45, 1, 2, 3, 4],
  [0x4b, 0x53, 0x0a, 1, 9, 0x54, 0x10, 7, 0x4c],
  [0x4b, 0x4c],
  [0x4b],
  [0x4c],
  [0x4e],
);

describe("a key-value message in a page is what it is in an event of etcd", () => {
  test("whole, with unknown fields, cut, and with any bytes changed", () => {
    const change = fc.tuple(fc.nat(400), fc.nat(255));
    fc.assert(
      fc.property(
        anyRecord,
        fc.array(unknownField, { maxLength: 2 }),
        fc.array(change, { maxLength: 3 }),
        fc.option(fc.nat(400)),
        (record, unknown, changes, cut) => {
          const message = Buffer.concat([keyValueMessage(record), ...unknown.map((field) => Uint8Array.from(field))]);
          for (const [place, byte] of changes) if (place < message.length) message[place] = byte;
          const read = message.subarray(0, cut ?? message.length);
          expect(byEngine(read)).toEqual(byLiveReader(read));
        },
      ),
      fuzzRuns(600),
    );
  });

  test("of any bytes at all", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        expect(byEngine(bytes)).toEqual(byLiveReader(bytes));
      }),
      fuzzRuns(600),
    );
  });

  test("with groups nested without end is refused", () => {
    expect(byEngine(new Uint8Array(100_000).fill(0x4b))).toBeNull();
  });
});
