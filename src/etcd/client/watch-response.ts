import protobuf from "protobufjs/minimal.js";
import { readSafeInt64 } from "../../bytes/int64.ts";
import type { RecordBatch } from "../../model/record-batch.ts";
import { readKeyValue } from "../key-value.ts";
import { readHeader } from "./messages.ts";

/** Field tags of etcdserverpb.WatchResponse (etcd api/etcdserverpb/rpc.proto) and mvccpb.Event (api/mvccpb/kv.proto). */
const HEADER_TAG = (1 << 3) | 2;
const CREATED_TAG = (3 << 3) | 0;
const CANCELED_TAG = (4 << 3) | 0;
const COMPACT_REVISION_TAG = (5 << 3) | 0;
const CANCEL_REASON_TAG = (6 << 3) | 2;
const EVENTS_TAG = (11 << 3) | 2;
const EVENT_TYPE_TAG = (1 << 3) | 0;
const EVENT_KV_TAG = (2 << 3) | 2;
const DELETE = 1;

/** What a message of a watch says apart from its events. */
export interface WatchMessage {
  /** The store's head when it was sent; 0 when the message has no header revision. */
  readonly revision: number;
  readonly created: boolean;
  readonly canceled: boolean;
  /** Not 0: the watch began below it and was refused. */
  readonly compactRevision: number;
  readonly cancelReason: string;
}

/**
 * Points the batch at a WatchResponse and fills it in place, one row an event; deletions are tombstones.
 * @throws RangeError when the bytes are no such message
 */
export function decodeWatchResponse(bytes: Uint8Array, batch: RecordBatch): WatchMessage {
  const reader = protobuf.Reader.create(bytes);
  const message = { revision: 0, created: false, canceled: false, compactRevision: 0, cancelReason: "" };
  const end = bytes.length;
  batch.reset(bytes);
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag) {
      case EVENTS_TAG: {
        const length = reader.uint32();
        if (length > end - reader.pos) throw new RangeError("an event beyond the end of its message");
        readEvent(reader, reader.pos + length, batch);
        reader.len = end;
        break;
      }
      case HEADER_TAG:
        message.revision = readHeader(reader, reader.uint32()).revision;
        break;
      case CREATED_TAG:
        message.created = reader.bool();
        break;
      case CANCELED_TAG:
        message.canceled = reader.bool();
        break;
      case COMPACT_REVISION_TAG:
        message.compactRevision = readSafeInt64(reader);
        break;
      case CANCEL_REASON_TAG:
        message.cancelReason = reader.string();
        break;
      default:
        reader.skipType(tag & 7);
    }
  }
  return message;
}

function readEvent(reader: protobuf.Reader, end: number, batch: RecordBatch): void {
  const row = batch.addRow();
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === EVENT_TYPE_TAG) batch.tombstone[row] = reader.uint32() === DELETE ? 1 : 0;
    else if (tag === EVENT_KV_TAG) {
      const length = reader.uint32();
      if (length > end - reader.pos) throw new RangeError("a key-value message beyond the end of its event");
      batch.main[row] = readKeyValue(reader, reader.pos, reader.pos + length, batch, row);
      reader.len = end;
    } else reader.skipType(tag & 7);
  }
}
