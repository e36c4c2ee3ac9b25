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

/**
 * Reads one mvccpb.KeyValue into `row` of the batch, field by field and without an object.
 * `reader` must stand on the batch's own buffer. Unknown fields are passed over, the last of a repeated field counts.
 * The row's `main` is left as it is; the mod_revision found is returned, 0 when there is none, as in a tombstone.
 * @throws RangeError when the message does not end at `end` or a number is no safe integer
 */
export function readKeyValue(reader: Reader, offset: number, end: number, batch: RecordBatch, row: number): number {
  reader.pos = offset;
  reader.len = end;
  let modRevision = 0;
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag) {
      case KEY_TAG: {
        const length = reader.uint32();
        batch.keyOffset[row] = reader.pos;
        batch.keyLength[row] = length;
        reader.pos += length;
        break;
      }
      case VALUE_TAG: {
        const length = reader.uint32();
        batch.valueOffset[row] = reader.pos;
        batch.valueLength[row] = length;
        reader.pos += length;
        break;
      }
      case CREATE_REVISION_TAG:
        batch.createRevision[row] = readSafeInt64(reader);
        break;
      case MOD_REVISION_TAG:
        modRevision = readSafeInt64(reader);
        break;
      case VERSION_TAG:
        batch.version[row] = readSafeInt64(reader);
        break;
      case LEASE_TAG: {
        const [high, low] = readInt64Halves(reader);
        batch.leaseHigh[row] = high;
        batch.leaseLow[row] = low;
        break;
      }
      default:
        reader.skipType(tag & 7);
    }
  }
  if (reader.pos !== end) throw new RangeError("a key-value message that runs over its end");
  return modRevision;
}
