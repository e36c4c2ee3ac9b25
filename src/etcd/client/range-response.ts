import protobuf from "protobufjs/minimal.js";
import { readSafeInt64 } from "../../bytes/int64.ts";
import { RecordBatch } from "../../model/record-batch.ts";
import { readKeyValue } from "../key-value.ts";
import { type ResponseHeader, readHeader } from "./messages.ts";

/** Field tags of etcdserverpb.RangeResponse, and of RangeStreamResponse, which wraps one (etcd api/etcdserverpb/rpc.proto). */
const HEADER_TAG = (1 << 3) | 2;
const KVS_TAG = (2 << 3) | 2;
const MORE_TAG = (3 << 3) | 0;
const COUNT_TAG = (4 << 3) | 0;
const STREAMED_TAG = (1 << 3) | 2;

/** What a page says apart from its rows. */
export interface RangePage {
  /** Null on the chunks of a RangeStream, the last one excepted. */
  readonly header: ResponseHeader | null;
  /** Whether keys are left that the limit cut off. */
  readonly more: boolean;
  /** Keys from the request's first to its end, the page's own among them. */
  readonly count: number;
}

/**
 * Points the batch at a RangeResponse and fills it in place, one row a key; `sub` is not told by etcd and stays 0.
 * @throws RangeError when the bytes are no such message
 */
export function decodeRangeResponse(bytes: Uint8Array, batch: RecordBatch): RangePage {
  return readRangeResponse(protobuf.Reader.create(bytes), 0, bytes, batch);
}

/** The same for one message of RangeStream. */
export function decodeStreamedRange(bytes: Uint8Array, batch: RecordBatch): RangePage {
  const reader = protobuf.Reader.create(bytes);
  if (reader.uint32() !== STREAMED_TAG) throw new RangeError("a chunk of a range stream without a range");
  const length = reader.uint32();
  if (reader.pos + length !== bytes.length) throw new RangeError("a chunk of a range stream of another length");
  return readRangeResponse(reader, reader.pos, bytes, batch);
}

/**
 * Only the header of a RangeResponse.
 * @throws RangeError when it has none
 */
export function decodeRangeHeader(bytes: Uint8Array): ResponseHeader {
  const { header } = decodeRangeResponse(bytes, new RecordBatch());
  if (header === null) throw new RangeError("an answer without a header");
  return header;
}

/** The key after which the next page begins: that of the last row. */
export function lastKey(batch: RecordBatch): Uint8Array {
  return keyOfRow(batch, batch.count - 1);
}

/** The key of a row, as a view. */
export function keyOfRow(batch: RecordBatch, row: number): Uint8Array {
  const start = batch.keyOffset[row] as number;
  return batch.bytes.subarray(start, start + (batch.keyLength[row] as number));
}

function readRangeResponse(reader: protobuf.Reader, start: number, bytes: Uint8Array, batch: RecordBatch): RangePage {
  const page = { header: null as ResponseHeader | null, more: false, count: 0 };
  const end = bytes.length;
  batch.reset(bytes);
  reader.pos = start;
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag) {
      case KVS_TAG: {
        const length = reader.uint32();
        const row = batch.addRow();
        if (length > end - reader.pos) throw new RangeError("a key-value message beyond the end of its page");
        batch.main[row] = readKeyValue(reader, reader.pos, reader.pos + length, batch, row);
        reader.len = end;
        break;
      }
      case HEADER_TAG:
        page.header = readHeader(reader, reader.uint32());
        break;
      case MORE_TAG:
        page.more = reader.bool();
        break;
      case COUNT_TAG:
        page.count = readSafeInt64(reader);
        break;
      default:
        reader.skipType(tag & 7);
    }
  }
  return page;
}
