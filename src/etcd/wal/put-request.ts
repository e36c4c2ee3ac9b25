import type { Reader } from "protobufjs/minimal.js";
import { readInt64Halves } from "../../bytes/int64.ts";
import { BYTES, readFieldEnd, skipField, VARINT } from "./message-fields.ts";

/** Field tags of etcdserverpb.PutRequest (etcd api/etcdserverpb/rpc.proto). */
const KEY_TAG = (1 << 3) | BYTES;
const VALUE_TAG = (2 << 3) | BYTES;
const LEASE_TAG = (3 << 3) | VARINT;
const IGNORE_VALUE_TAG = (5 << 3) | VARINT;

/** One put; offsets are into the buffer that it was read from. Reused for the next one. */
export class PutRequest {
  keyOffset = 0;
  keyLength = 0;
  valueOffset = 0;
  valueLength = 0;
  leaseHigh = 0;
  leaseLow = 0;
  /** The request keeps the stored value and brings none of its own. */
  keepsValue = false;
}

/**
 * Reads a PutRequest from where the reader stands up to `end`.
 * @throws RangeError when the bytes are no such message
 */
export function readPutRequest(reader: Reader, end: number, put: PutRequest): void {
  put.keyOffset = end;
  put.keyLength = 0;
  put.valueOffset = end;
  put.valueLength = 0;
  put.leaseHigh = 0;
  put.leaseLow = 0;
  put.keepsValue = false;
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag) {
      case KEY_TAG: {
        const keyEnd = readFieldEnd(reader, end);
        put.keyOffset = reader.pos;
        put.keyLength = keyEnd - reader.pos;
        reader.pos = keyEnd;
        break;
      }
      case VALUE_TAG: {
        const valueEnd = readFieldEnd(reader, end);
        put.valueOffset = reader.pos;
        put.valueLength = valueEnd - reader.pos;
        reader.pos = valueEnd;
        break;
      }
      case LEASE_TAG: {
        const [high, low] = readInt64Halves(reader);
        put.leaseHigh = high;
        put.leaseLow = low;
        break;
      }
      case IGNORE_VALUE_TAG:
        put.keepsValue = reader.bool();
        break;
      default:
        skipField(reader, tag);
    }
  }
  if (reader.pos !== end) throw new RangeError("a put that runs over its end");
}
