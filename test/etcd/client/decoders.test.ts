import fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import { Engine } from "../../../src/engine/engine.ts";
import { Records } from "../../../src/engine/records.ts";
import { AuditError } from "../../../src/errors.ts";
import { decoded } from "../../../src/etcd/client/decoded.ts";
import { decodeStatus } from "../../../src/etcd/client/member-status.ts";
import { decodeHashKV, decodeSnapshotPart } from "../../../src/etcd/client/messages.ts";
import { decodeRangeHeader, streamedRange } from "../../../src/etcd/client/range-response.ts";
import { dropFirstRows } from "../../../src/etcd/client/trim-batch.ts";
import { decodeWatchResponse } from "../../../src/etcd/client/watch-response.ts";
import { RecordBatch } from "../../../src/model/record-batch.ts";
import { rowsOf, rowsOfRecords } from "./opened.ts";

/** The same messages for protobufjs, which serves as the judge. */
const { root } = protobuf.parse(
  `
  syntax = "proto3";
  message Header { uint64 cluster_id = 1; uint64 member_id = 2; int64 revision = 3; uint64 raft_term = 4; }
  message KeyValue {
    bytes key = 1; int64 create_revision = 2; int64 mod_revision = 3; int64 version = 4; bytes value = 5; int64 lease = 6;
  }
  message Range { Header header = 1; repeated KeyValue kvs = 2; bool more = 3; int64 count = 4; string later = 15; }
  message Streamed { Range range_response = 1; }
  message Event { int32 type = 1; KeyValue kv = 2; KeyValue prev_kv = 3; }
  message Watch {
    Header header = 1; int64 watch_id = 2; bool created = 3; bool canceled = 4; int64 compact_revision = 5;
    string cancel_reason = 6; bool fragment = 7; repeated Event events = 11;
  }
  message Status {
    Header header = 1; string version = 2; int64 dbSize = 3; uint64 leader = 4; uint64 raftIndex = 5; uint64 raftTerm = 6;
    uint64 raftAppliedIndex = 7; repeated string errors = 8; int64 dbSizeInUse = 9; bool isLearner = 10;
    string storageVersion = 11;
  }`,
  { keepCase: true },
);

function encode(type: string, message: object): Uint8Array {
  const messageType = root.lookupType(type);
  return new Uint8Array(messageType.encode(messageType.fromObject(message)).finish());
}

const revision = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const keyValue = fc.record({
  key: fc.string({ minLength: 1, maxLength: 40 }),
  create_revision: revision,
  mod_revision: revision,
  version: revision,
  value: fc.uint8Array({ maxLength: 300 }),
});
/** As etcd gives them, in order and each key once. */
const keyValues = fc
  .uniqueArray(keyValue, { selector: ({ key }) => Buffer.from(key).toString("hex") })
  .map((kvs) => kvs.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))));
const stored = (kv: { key: string; value: Uint8Array }) => ({ ...kv, key: Buffer.from(kv.key) });
const asRow = (kv: {
  key: string;
  value: Uint8Array;
  mod_revision: number;
  create_revision: number;
  version: number;
}) => ({
  key: Buffer.from(kv.key).toString(),
  value: Buffer.from(kv.value),
  main: kv.mod_revision,
  createRevision: kv.create_revision,
  version: kv.version,
});

const records = new Records(new Engine());

describe("an answer to a question for a range", () => {
  it("is read as protobufjs writes it, plain and streamed", () => {
    fc.assert(
      fc.property(keyValues, fc.boolean(), revision, (kvs, more, count) => {
        const header = { cluster_id: "18446744073709551615", member_id: 10, revision: 7, raft_term: 2 };
        const message = { header, kvs: kvs.map(stored), more, count, later: "unknown" };
        const plain = encode("Range", message);
        for (const bytes of [plain, streamedRange(encode("Streamed", { range_response: message }))]) {
          expect(records.takeRange(bytes)).toEqual({
            rows: kvs.length,
            firstKey: kvs[0] === undefined ? null : new Uint8Array(Buffer.from(kvs[0].key)),
            lastKey: kvs.length === 0 ? null : new Uint8Array(Buffer.from(kvs.at(-1)?.key ?? "")),
            count,
            hasHeader: true,
            newestRevision: Math.max(0, ...kvs.map((kv) => kv.mod_revision)),
          });
          expect(rowsOfRecords(records)).toMatchObject(kvs.map(asRow));
        }
        expect(decodeRangeHeader(plain)).toEqual({
          clusterId: "ffffffffffffffff",
          memberId: "a",
          revision: 7,
          raftTerm: 2,
        });
      }),
    );
  });

  it("has no header in a stream but in its last chunk", () => {
    const { hasHeader, count } = records.takeRange(encode("Range", { kvs: [{ key: Buffer.from("/k") }] }));
    expect({ hasHeader, count }).toEqual({ hasHeader: false, count: 0 });
  });

  it("is refused where its keys are not in order, or one comes twice", () => {
    for (const keys of [
      ["/l", "/k"],
      ["/k", "/k"],
      ["/kk", "/k"],
    ]) {
      const kvs = keys.map((key) => ({ key: Buffer.from(key) }));
      expect(() => records.takeRange(encode("Range", { kvs }))).toThrow("not in order");
    }
    const inOrder = ["/k", "/k\0", "/kk", "/l"].map((key) => ({ key: Buffer.from(key) }));
    expect(records.takeRange(encode("Range", { kvs: inOrder })).rows).toBe(4);
  });

  it("leaves no rows behind when it can't be read", () => {
    const whole = encode("Range", { kvs: [{ key: Buffer.from("/k") }, { key: Buffer.from("/l") }] });
    expect(() => records.takeRange(whole.subarray(0, -1))).toThrow(RangeError);
    expect(records.count).toBe(0);
  });
});

describe("decodeWatchResponse", () => {
  it("reads what protobufjs writes, deletions as tombstones", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(keyValue, fc.boolean())), revision, (events, compacted) => {
        const message = {
          header: { revision: 9 },
          created: true,
          canceled: true,
          compact_revision: compacted,
          cancel_reason: "why",
          events: events.map(([kv, isDelete]) => ({ type: isDelete ? 1 : 0, kv: stored(kv) })),
        };
        const batch = new RecordBatch();
        expect(decodeWatchResponse(encode("Watch", message), batch)).toEqual({
          revision: 9,
          created: true,
          canceled: true,
          compactRevision: compacted,
          cancelReason: "why",
        });
        expect(rowsOf(batch)).toMatchObject(events.map(([kv, tombstone]) => ({ ...asRow(kv), tombstone })));
      }),
    );
  });
});

describe("every decoder", () => {
  const decoders: readonly ((bytes: Uint8Array) => unknown)[] = [
    (bytes) => records.takeRange(bytes),
    streamedRange,
    (bytes) => decodeWatchResponse(bytes, new RecordBatch()),
    decodeRangeHeader,
    decodeHashKV,
    decodeSnapshotPart,
  ];

  it("passes on what is no fault of the answer", () => {
    const full = new AuditError("OUT_OF_MEMORY", "full");
    const decode = (): never => {
      throw full;
    };
    expect(() => decoded("here", decode)).toThrow(full);
  });

  it("either reads bytes that are no such message or refuses them by name", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(decoders.length - 1), (bytes, index) => {
        try {
          decoded("here", () => decoders[index]?.(bytes));
        } catch (error) {
          expect(error).toMatchObject({ code: "malformed-response" });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("gives all rows of a page or none, wherever it is cut", () => {
    const kvs = [{ key: Buffer.from("/k"), value: Buffer.alloc(300), mod_revision: 5 }];
    const whole = encode("Range", { header: { revision: 9 }, kvs: [...kvs, { ...kvs[0], key: Buffer.from("/l") }] });
    for (let length = 0; length < whole.length; length++) {
      try {
        records.takeRange(whole.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        continue;
      }
      for (const { value } of rowsOfRecords(records)) expect(value).toHaveLength(300);
    }
  });
});

describe("dropFirstRows", () => {
  it("leaves the other rows as they were", () => {
    fc.assert(
      fc.property(fc.array(keyValue, { maxLength: 20 }), fc.nat(20), (kvs, asked) => {
        const batch = new RecordBatch();
        const events = kvs.map((kv) => ({ kv: stored(kv) }));
        decodeWatchResponse(encode("Watch", { events }), batch);
        const rows = rowsOf(batch);
        const dropped = Math.min(asked, rows.length);
        dropFirstRows(batch, dropped);
        expect(rowsOf(batch)).toEqual(rows.slice(dropped));
      }),
    );
  });
});

describe("a member's status", () => {
  it("is read as protobufjs writes it, fields of later releases passed over", () => {
    const bytes = encode("Status", {
      header: { cluster_id: "18446744073709551615", member_id: "10", revision: 6002, raft_term: 3 },
      version: "3.6.1",
      dbSize: 2 ** 40,
      leader: "255",
      raftIndex: 9,
      raftTerm: 3,
      raftAppliedIndex: 8,
      errors: ["NOSPACE", "CORRUPT"],
      dbSizeInUse: 2 ** 33,
      isLearner: true,
      storageVersion: "3.6.0",
    });
    expect(decodeStatus(bytes)).toEqual({
      clusterId: "ffffffffffffffff",
      memberId: "a",
      version: "3.6.1",
      revision: 6002,
      dbSize: 2 ** 40,
      dbSizeInUse: 2 ** 33,
      leaderId: "ff",
      raftTerm: 3,
      raftIndex: 9,
      raftAppliedIndex: 8,
      isLearner: true,
      errors: ["NOSPACE", "CORRUPT"],
    });
  });

  it("names no leader where there is none", () => {
    expect(decodeStatus(encode("Status", {})).leaderId).toBeNull();
    // Field 4, written although it is 0.
    expect(decodeStatus(Uint8Array.of(0x20, 0)).leaderId).toBeNull();
  });
});
