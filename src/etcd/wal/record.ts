import type { Reader } from "protobufjs/minimal.js";
import { BYTES, readFieldEnd, skipField, VARINT } from "./message-fields.ts";

/** Types of records (etcd server/storage/wal/wal.go). */
export const METADATA_RECORD = 1;
export const ENTRY_RECORD = 2;
const HARD_STATE_RECORD = 3;
export const CHECKSUM_RECORD = 4;
const SNAPSHOT_RECORD = 5;
const KNOWN_TYPES: readonly number[] = [
  METADATA_RECORD,
  ENTRY_RECORD,
  HARD_STATE_RECORD,
  CHECKSUM_RECORD,
  SNAPSHOT_RECORD,
];

/** Field tags of walpb.Record (etcd server/storage/wal/walpb/record.proto). */
const TYPE_TAG = (1 << 3) | VARINT;
const CRC_TAG = (2 << 3) | VARINT;
const DATA_TAG = (3 << 3) | BYTES;

/** Whether etcd writes records of this type. */
export function isKnownRecordType(type: number): boolean {
  return KNOWN_TYPES.includes(type);
}

/** One record; offsets are into the buffer that it was read from. Reused for the next one. */
export class WalRecord {
  type = 0;
  /** CRC-32C over the data of this record and of all before it, as stored. */
  crc = 0;
  dataOffset = 0;
  dataEnd = 0;
}

/**
 * Reads the walpb.Record from `offset` up to `end` of the reader's buffer.
 * @throws RangeError when the bytes are no such message
 */
export function readRecord(reader: Reader, offset: number, end: number, record: WalRecord): void {
  reader.pos = offset;
  reader.len = end;
  record.type = 0;
  record.crc = 0;
  record.dataOffset = offset;
  record.dataEnd = offset;
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag) {
      case TYPE_TAG:
        record.type = reader.uint32();
        break;
      case CRC_TAG:
        record.crc = reader.uint32();
        break;
      case DATA_TAG:
        record.dataEnd = readFieldEnd(reader, end);
        record.dataOffset = reader.pos;
        reader.pos = record.dataEnd;
        break;
      default:
        skipField(reader, tag);
    }
  }
}
