import type { Reader } from "protobufjs/minimal.js";

/** Protobuf wire types that etcd's messages have: the low three bits of a tag. */
export const VARINT = 0;
export const BYTES = 2;
const GROUP_START = 3;
const GROUP_END = 4;

/**
 * Reads a length and returns where the field's bytes, which follow it, end.
 * @throws RangeError when that is beyond `limit`
 */
export function readFieldEnd(reader: Reader, limit: number): number {
  const end = reader.uint32() + reader.pos;
  if (end > limit) throw new RangeError("a field that runs over the end of its message");
  return end;
}

/**
 * Passes over a field of no interest, whose tag has been read.
 * @throws Error on field number 0 and on wire types that etcd's messages do not have
 */
export function skipField(reader: Reader, tag: number): void {
  const wireType = tag & 7;
  if (tag >>> 3 === 0 || wireType === GROUP_START || wireType === GROUP_END)
    throw new RangeError("a field of no known kind");
  reader.skipType(wireType);
}
