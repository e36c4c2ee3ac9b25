import { safeBigEndian64 } from "../bytes/int64.ts";

/**
 * The key of a record in etcd's `key` bucket (etcd server/storage/mvcc/revision.go): main u64 | '_' | sub u64,
 * big-endian, 17 bytes; an 18th byte 't' marks a tombstone.
 */
const SEPARATOR_OFFSET = 8;
const SEPARATOR = 0x5f;
const SUB_OFFSET = 9;
const REVISION_KEY_LENGTH = 17;
const TOMBSTONE_KEY_LENGTH = 18;
const TOMBSTONE_MARK = 0x74;

/** Whether the bytes have the form of a revision key. */
export function isRevisionKey(bytes: Uint8Array, offset: number, length: number): boolean {
  if (bytes[offset + SEPARATOR_OFFSET] !== SEPARATOR) return false;
  return length === REVISION_KEY_LENGTH || isTombstoneKey(bytes, offset, length);
}

/** Whether a revision key marks a deletion. */
export function isTombstoneKey(bytes: Uint8Array, offset: number, length: number): boolean {
  return length === TOMBSTONE_KEY_LENGTH && bytes[offset + REVISION_KEY_LENGTH] === TOMBSTONE_MARK;
}

/**
 * Main revision of a revision key.
 * @throws RangeError beyond 2^53 - 1
 */
export function mainRevision(bytes: Uint8Array, offset: number): number {
  return safeBigEndian64(bytes, offset);
}

/**
 * Sub revision: the place of a write within its transaction.
 * @throws RangeError beyond 2^53 - 1
 */
export function subRevision(bytes: Uint8Array, offset: number): number {
  return safeBigEndian64(bytes, offset + SUB_OFFSET);
}
