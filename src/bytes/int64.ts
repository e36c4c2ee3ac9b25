import type { Reader } from "protobufjs/minimal.js";

const TWO_TO_32 = 2 ** 32;

/**
 * Reads a protobuf varint that must be a safe integer: revisions, versions and sizes are.
 * @throws RangeError when it is negative or above 2^53 - 1, or cut off
 */
export function readSafeInt64(reader: Reader): number {
  const { buf, pos } = reader;
  // Four bytes hold 28 bits: nearly every revision. protobufjs would make an object for the longer ones only.
  if (((buf[pos] as number) & 0x80) === 0) return reader.uint32();
  if (((buf[pos + 1] as number) & 0x80) === 0) return reader.uint32();
  if (((buf[pos + 2] as number) & 0x80) === 0) return reader.uint32();
  if (((buf[pos + 3] as number) & 0x80) === 0) return reader.uint32();
  const [high, low] = readInt64Halves(reader);
  return safeInteger(high, low);
}

/**
 * Reads a protobuf varint of 64 bits as two unsigned halves, high first.
 * @throws RangeError when the varint is cut off or longer than ten bytes
 */
export function readInt64Halves(reader: Reader): readonly [high: number, low: number] {
  const long = reader.uint64();
  if (typeof long === "number") return [Math.floor(long / TWO_TO_32), long >>> 0];
  return [long.high >>> 0, long.low >>> 0];
}

/**
 * Reads 8 bytes, big-endian, that must be a safe integer, as etcd writes revisions.
 * @throws RangeError when it is above 2^53 - 1
 */
export function safeBigEndian64(bytes: Uint8Array, offset: number): number {
  return safeInteger(unsigned32(bytes, offset), unsigned32(bytes, offset + 4));
}

/** A 64-bit number from its unsigned halves. */
export function bigintOf(high: number, low: number): bigint {
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
}

function unsigned32(bytes: Uint8Array, offset: number): number {
  return (
    (((bytes[offset] as number) << 24) |
      ((bytes[offset + 1] as number) << 16) |
      ((bytes[offset + 2] as number) << 8) |
      (bytes[offset + 3] as number)) >>>
    0
  );
}

function safeInteger(high: number, low: number): number {
  if (high > 0x1fffff) throw new RangeError("a 64-bit number beyond 2^53 - 1 where a revision belongs");
  return high * TWO_TO_32 + low;
}
