import type { Reader } from "protobufjs/minimal.js";
import { bigintOf, readInt64Halves } from "../../bytes/int64.ts";
import { skipField, VARINT } from "./message-fields.ts";
import type { WalRecord } from "./record.ts";

/** Field tag of etcdserverpb.Metadata (etcd api/etcdserverpb/etcdserver.proto). */
const CLUSTER_ID_TAG = (2 << 3) | VARINT;

/** The cluster's ID as lower-case hex, from the record that each WAL file has near its beginning; null without one. */
export function readClusterId(reader: Reader, record: WalRecord): string | null {
  reader.pos = record.dataOffset;
  reader.len = record.dataEnd;
  try {
    while (reader.pos < record.dataEnd) {
      const tag = reader.uint32();
      if (tag === CLUSTER_ID_TAG) return BigInt.asUintN(64, bigintOf(...readInt64Halves(reader))).toString(16);
      skipField(reader, tag);
    }
  } catch {
    return null;
  }
  return null;
}
