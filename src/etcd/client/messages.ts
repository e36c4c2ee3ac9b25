import protobuf from "protobufjs/minimal.js";
import { readInt64Halves, readSafeInt64 } from "../../bytes/int64.ts";

/**
 * The small messages of etcd, api/etcdserverpb/rpc.proto, written and read by hand. Tags are field number << 3 | wire type;
 * wire type 0 is a varint, 2 is bytes.
 */
const VARINT = 0;
const BYTES = 2;
const tag = (field: number, wireType: number): number => (field << 3) | wireType;

const RANGE_REQUEST = {
  key: tag(1, BYTES),
  rangeEnd: tag(2, BYTES),
  limit: tag(3, VARINT),
  revision: tag(4, VARINT),
  serializable: tag(7, VARINT),
} as const;
const WATCH_REQUEST = { create: tag(1, BYTES), progress: tag(3, BYTES) } as const;
const WATCH_CREATE = {
  key: tag(1, BYTES),
  rangeEnd: tag(2, BYTES),
  start: tag(3, VARINT),
  fragment: tag(8, VARINT),
} as const;
const HASH_KV_REQUEST = { revision: tag(1, VARINT) } as const;
const HASH_KV_RESPONSE = {
  hash: tag(2, VARINT),
  compactRevision: tag(3, VARINT),
  hashRevision: tag(4, VARINT),
} as const;
const HEADER = {
  clusterId: tag(1, VARINT),
  memberId: tag(2, VARINT),
  revision: tag(3, VARINT),
  raftTerm: tag(4, VARINT),
} as const;
const SNAPSHOT_RESPONSE = { remainingBytes: tag(2, VARINT), blob: tag(3, BYTES), version: tag(4, BYTES) } as const;

/** A question for a range of keys; fields left out mean the head, no limit, linearizable, with values. */
export interface RangeRequest {
  readonly key: Uint8Array;
  /** First key after the range; left out for `key` alone. */
  readonly rangeEnd?: Uint8Array;
  readonly limit?: number;
  readonly revision?: number;
  readonly serializable?: boolean;
}

/** Writes a RangeRequest. */
export function encodeRangeRequest(request: RangeRequest): Uint8Array {
  const writer = protobuf.Writer.create().uint32(RANGE_REQUEST.key).bytes(request.key);
  if (request.rangeEnd !== undefined) writer.uint32(RANGE_REQUEST.rangeEnd).bytes(request.rangeEnd);
  if (request.limit !== undefined) writer.uint32(RANGE_REQUEST.limit).int64(request.limit);
  if (request.revision !== undefined) writer.uint32(RANGE_REQUEST.revision).int64(request.revision);
  if (request.serializable === true) writer.uint32(RANGE_REQUEST.serializable).bool(true);
  return writer.finish();
}

/** Writes the WatchRequest that begins a watch; large answers come in fragments. */
export function encodeWatchCreate(key: Uint8Array, rangeEnd: Uint8Array, startRevision: number): Uint8Array {
  const writer = protobuf.Writer.create().uint32(WATCH_REQUEST.create).fork();
  writer.uint32(WATCH_CREATE.key).bytes(key).uint32(WATCH_CREATE.rangeEnd).bytes(rangeEnd);
  writer.uint32(WATCH_CREATE.start).int64(startRevision).uint32(WATCH_CREATE.fragment).bool(true);
  return writer.ldelim().finish();
}

/** Writes the WatchRequest that asks how far the watches of this stream are. */
export function encodeWatchProgress(): Uint8Array {
  return protobuf.Writer.create().uint32(WATCH_REQUEST.progress).fork().ldelim().finish();
}

/** Writes a HashKVRequest. */
export function encodeHashKVRequest(revision: number): Uint8Array {
  return protobuf.Writer.create().uint32(HASH_KV_REQUEST.revision).int64(revision).finish();
}

/** The hash of all revisions up to one, from the compact revision on. Comparable between members at equal revisions. */
export interface KeyValueHash {
  readonly hash: number;
  /** 0: never compacted. */
  readonly compactRevision: number;
  /** Up to which revision, since etcd 3.6; null before. */
  readonly hashRevision: number | null;
}

/** Reads a HashKVResponse. */
export function decodeHashKV(bytes: Uint8Array): KeyValueHash {
  const reader = protobuf.Reader.create(bytes);
  const found = { hash: 0, compactRevision: 0, hashRevision: null as number | null };
  while (reader.pos < reader.len) {
    const next = reader.uint32();
    if (next === HASH_KV_RESPONSE.hash) found.hash = reader.uint32();
    // -1 stands for a store that was never compacted.
    else if (next === HASH_KV_RESPONSE.compactRevision) found.compactRevision = Math.max(0, Number(reader.int64()));
    else if (next === HASH_KV_RESPONSE.hashRevision) found.hashRevision = readSafeInt64(reader);
    else reader.skipType(next & 7);
  }
  return found;
}

/** What stands at the top of an answer: who gave it, and the store's head at that moment. */
export interface ResponseHeader {
  /** Lower-case hex, as etcd prints it. */
  readonly clusterId: string;
  readonly memberId: string;
  readonly revision: number;
  readonly raftTerm: number;
}

/** Reads a ResponseHeader of `length` bytes at the reader's position. */
export function readHeader(reader: protobuf.Reader, length: number): ResponseHeader {
  const end = reader.pos + length;
  const header = { clusterId: "0", memberId: "0", revision: 0, raftTerm: 0 };
  while (reader.pos < end) {
    const next = reader.uint32();
    if (next === HEADER.clusterId) header.clusterId = readHex(reader);
    else if (next === HEADER.memberId) header.memberId = readHex(reader);
    else if (next === HEADER.revision) header.revision = readSafeInt64(reader);
    else if (next === HEADER.raftTerm) header.raftTerm = readSafeInt64(reader);
    else reader.skipType(next & 7);
  }
  return header;
}

/** One message of the Snapshot stream. */
export interface SnapshotPart {
  readonly blob: Uint8Array;
  /** Bytes still to come, the hash at the end not counted. */
  readonly remainingBytes: number;
}

/** Reads a SnapshotResponse; the blob is a view. */
export function decodeSnapshotPart(bytes: Uint8Array): SnapshotPart {
  const reader = protobuf.Reader.create(bytes);
  let blob = bytes.subarray(0, 0);
  let remainingBytes = 0;
  while (reader.pos < reader.len) {
    const next = reader.uint32();
    if (next === SNAPSHOT_RESPONSE.remainingBytes) remainingBytes = readSafeInt64(reader);
    else if (next === SNAPSHOT_RESPONSE.blob) {
      const length = reader.uint32();
      if (length > reader.len - reader.pos) throw new RangeError("a part of a snapshot that runs over its end");
      blob = bytes.subarray(reader.pos, reader.pos + length);
      reader.pos += length;
    } else reader.skipType(next & 7);
  }
  return { blob, remainingBytes };
}

/** Reads an ID as etcd prints it: lower-case hex without leading zeros. */
export function readHex(reader: protobuf.Reader): string {
  const [high, low] = readInt64Halves(reader);
  return ((BigInt(high) << 32n) | BigInt(low)).toString(16);
}
