import { viewOf } from "./page.ts";

/** One record of etcd's `key` bucket. Revisions and counts are numbers; text stands for its UTF-8. */
export interface EtcdRecord {
  readonly revision: number;
  readonly sub?: number;
  readonly key: string | Uint8Array;
  /** The stored value; absent in a tombstone. */
  readonly value?: string | Uint8Array;
  readonly tombstone?: boolean;
  /** `revision` unless told. */
  readonly createRevision?: number;
  /** 1 unless told. */
  readonly version?: number;
  readonly lease?: bigint;
}

/** The bucket key of a revision: main, `_`, sub, and `t` for a tombstone (etcd server/storage/mvcc/revision.go). */
export function revisionKey(main: number, sub = 0, tombstone = false): Uint8Array {
  const key = new Uint8Array(tombstone ? 18 : 17);
  const view = viewOf(key);
  view.setBigUint64(0, BigInt(main));
  key[8] = 0x5f;
  view.setBigUint64(9, BigInt(sub));
  if (tombstone) key[17] = 0x74;
  return key;
}

/** `mvccpb.KeyValue` of a record; fields that are 0 or empty are left out, as proto3 has it. */
export function keyValueMessage(record: EtcdRecord): Uint8Array {
  const key = bytesOf(record.key);
  if (record.tombstone === true) return Buffer.concat([bytesField(1, key)]);
  return Buffer.concat([
    bytesField(1, key),
    varintField(2, BigInt(record.createRevision ?? record.revision)),
    varintField(3, BigInt(record.revision)),
    varintField(4, BigInt(record.version ?? 1)),
    bytesField(5, bytesOf(record.value ?? "")),
    varintField(6, record.lease ?? 0n),
  ]);
}

/** Text as UTF-8, bytes as they are. */
export function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === "string" ? new TextEncoder().encode(value) : value;
}

function bytesField(field: number, value: Uint8Array): Uint8Array {
  if (value.length === 0) return new Uint8Array(0);
  return Buffer.concat([varint(BigInt((field << 3) | 2)), varint(BigInt(value.length)), value]);
}

function varintField(field: number, value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array(0);
  return Buffer.concat([varint(BigInt(field << 3)), varint(BigInt.asUintN(64, value))]);
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
