import protobuf from "protobufjs/minimal.js";
import type { RangePage } from "../../model/range-page.ts";
import { compareKeys, isBehind } from "./key-order.ts";
import { type ResponseHeader, readHeader } from "./messages.ts";

/** Field tags of etcdserverpb.RangeResponse, and of RangeStreamResponse, which wraps one (etcd api/etcdserverpb/rpc.proto). */
const HEADER_TAG = (1 << 3) | 2;
const STREAMED_TAG = (1 << 3) | 2;

/**
 * Only the header of a RangeResponse.
 * @throws RangeError when the bytes are no such message, or it has none
 */
export function decodeRangeHeader(bytes: Uint8Array): ResponseHeader {
  const reader = protobuf.Reader.create(bytes);
  let header: ResponseHeader | null = null;
  while (reader.pos < bytes.length) {
    const tag = reader.uint32();
    if (tag === HEADER_TAG) header = readHeader(reader, reader.uint32());
    else reader.skipType(tag & 7);
  }
  if (header === null) throw new RangeError("an answer without a header");
  return header;
}

/**
 * The RangeResponse that a message of RangeStream wraps, as a view.
 * @throws RangeError when it wraps none
 */
export function streamedRange(bytes: Uint8Array): Uint8Array {
  const reader = protobuf.Reader.create(bytes);
  if (reader.uint32() !== STREAMED_TAG) throw new RangeError("a chunk of a range stream without a range");
  const length = reader.uint32();
  if (reader.pos + length !== bytes.length) throw new RangeError("a chunk of a range stream of another length");
  return bytes.subarray(reader.pos);
}

/**
 * Holds a page, whose keys are in order, against the range that was asked for.
 * @throws RangeError when a key lies outside of it
 */
export function assertWithin(key: Uint8Array, rangeEnd: Uint8Array, { firstKey, lastKey }: RangePage): void {
  if (firstKey === null || lastKey === null) return;
  // Else what is left would begin before what was asked for, again and again.
  const isWithin = compareKeys(key, firstKey) <= 0 && !isBehind(lastKey, rangeEnd);
  if (!isWithin) throw new RangeError("a key that was not asked for");
}

/**
 * Holds an answer that is no part of a stream against itself.
 * @throws RangeError when it has no header, or another number of rows than it may have by its count
 */
export function assertWhole({ hasHeader, rows, count }: RangePage): void {
  if (!hasHeader) throw new RangeError("an answer without a header");
  if (rows > count || (rows === 0 && count > 0)) throw new RangeError(`${rows} rows where ${count} are counted`);
}
