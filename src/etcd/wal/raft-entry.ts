import type { Reader } from "protobufjs/minimal.js";
import { readSafeInt64 } from "../../bytes/int64.ts";
import { BYTES, readFieldEnd, skipField, VARINT } from "./message-fields.ts";

/** Type of an entry that holds a request; the others change the members (etcd-io/raft raftpb/raft.proto: EntryType). */
export const NORMAL_ENTRY = 0;

/** Field tags of raftpb.Entry (same file). */
const TYPE_TAG = (1 << 3) | VARINT;
const TERM_TAG = (2 << 3) | VARINT;
const INDEX_TAG = (3 << 3) | VARINT;
const DATA_TAG = (4 << 3) | BYTES;

/** One entry of the raft log; offsets are into the buffer that it was read from. Reused for the next one. */
export class RaftEntry {
  type = NORMAL_ENTRY;
  term = 0;
  index = 0;
  dataOffset = 0;
  dataEnd = 0;
}

/**
 * Reads the raftpb.Entry from `offset` up to `end` of the reader's buffer.
 * @throws RangeError when the bytes are no such message
 */
export function readRaftEntry(reader: Reader, offset: number, end: number, entry: RaftEntry): void {
  reader.pos = offset;
  reader.len = end;
  entry.type = NORMAL_ENTRY;
  entry.term = 0;
  entry.index = 0;
  entry.dataOffset = offset;
  entry.dataEnd = offset;
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag) {
      case TYPE_TAG:
        entry.type = reader.uint32();
        break;
      case TERM_TAG:
        entry.term = readSafeInt64(reader);
        break;
      case INDEX_TAG:
        entry.index = readSafeInt64(reader);
        break;
      case DATA_TAG:
        entry.dataEnd = readFieldEnd(reader, end);
        entry.dataOffset = reader.pos;
        reader.pos = entry.dataEnd;
        break;
      default:
        skipField(reader, tag);
    }
  }
}
