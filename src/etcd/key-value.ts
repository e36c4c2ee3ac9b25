import type { Reader } from "protobufjs/minimal.js";
import { readInt64Halves, readSafeInt64 } from "../bytes/int64.ts";
import type { RecordBatch } from "../model/record-batch.ts";

/** Field tags of mvccpb.KeyValue (etcd api/mvccpb/kv.proto): field number << 3 | wire type. */
const KEY_TAG = (1 << 3) | 2;
const CREATE_REVISION_TAG = (2 << 3) | 0;
const MOD_REVISION_TAG = (3 << 3) | 0;
const VERSION_TAG = (4 << 3) | 0;
const VALUE_TAG = (5 << 3) | 2;
const LEASE_TAG = (6 << 3) | 0;
const HIGHEST_KNOWN_FIELD = 6;

/**
 * Reads one mvccpb.KeyValue into `row` of the batch, field by field and without an object.
 * `reader` must stand on the batch's own buffer. Unknown fields are passed over, the last of a repeated field counts.
 * The row's `main` is left as it is; the mod_revision found is returned, 0 when there is none, as in a tombstone.
 * @throws RangeError when the message does not end at `end`, has no key, a field of another type than its own, or a
 * number that is no safe integer
 */
export function readKeyValue(reader: Reader, offset: number, end: number, batch: RecordBatch, row: number): number {
  reader.pos = offset;
  reader.len = end;
  let modRevision = 0;
  while (reader.pos < end) {
    const tag = readSafeInt64(reader);
    if (tag === VALUE_TAG) {
      const length = readSafeInt64(reader);
      batch.valueOffset[row] = reader.pos;
      batch.valueLength[row] = length;
      reader.pos += length;
    } else if (tag === MOD_REVISION_TAG) modRevision = readSafeInt64(reader);
    else if (!readColumn(reader, tag, batch, row)) skipUnknownField(reader, tag);
  }
  if (reader.pos !== end) throw new RangeError("a key-value message that runs over its end");
  // etcd refuses such a write: without its key a value would be of no resource, and so passed over.
  if (batch.keyLength[row] === 0) throw new RangeError("a key-value message without a key");
  return modRevision;
}

/** Reads a field that is a column of the batch as it stands; false, and nothing read, for any other. */
function readColumn(reader: Reader, tag: number, batch: RecordBatch, row: number): boolean {
  switch (tag) {
    case KEY_TAG: {
      const length = readSafeInt64(reader);
      batch.keyOffset[row] = reader.pos;
      batch.keyLength[row] = length;
      reader.pos += length;
      return true;
    }
    case CREATE_REVISION_TAG:
      batch.createRevision[row] = readSafeInt64(reader);
      return true;
    case VERSION_TAG:
      batch.version[row] = readSafeInt64(reader);
      return true;
    case LEASE_TAG: {
      const [high, low] = readInt64Halves(reader);
      batch.leaseHigh[row] = high;
      batch.leaseLow[row] = low;
      return true;
    }
    default:
      return false;
  }
}

/** Passes over a field that a later version of etcd may have added; no such field has the number of a known one. */
function skipUnknownField(reader: Reader, tag: number): void {
  if (tag >>> 3 <= HIGHEST_KNOWN_FIELD) throw new RangeError("a key-value message with a field of the wrong type");
  try {
    reader.skipType(tag & 7);
  } catch (error) {
    throw error instanceof RangeError ? error : new RangeError("a key-value message with a field of no known type");
  }
}
