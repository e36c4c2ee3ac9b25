const TWO_TO_32 = 2 ** 32;

/** Bytes from which varints are read: one of protobufjs' readers, for example. */
export interface VarintSource {
  readonly buf: Uint8Array;
  /** Where the next one begins. */
  pos: number;
  /** Where the bytes end that may be read. */
  readonly len: number;
}

/**
 * Reads a protobuf varint that must be a safe integer: revisions, versions and sizes are.
 * @throws RangeError when it is negative or above 2^53 - 1, cut off at the reader's end, or longer than ten bytes
 */
export function readSafeInt64(reader: VarintSource): number {
  const { buf, pos, len } = reader;
  // Four bytes hold 28 bits: nearly every revision.
  let value = 0;
  for (let index = 0; index < 4 && pos + index < len; index++) {
    const byte = buf[pos + index] as number;
    value |= (byte & 0x7f) << (index * 7);
    if (byte < 0x80) {
      reader.pos = pos + index + 1;
      return value;
    }
  }
  const [high, low] = readInt64Halves(reader);
  return safeInteger(high, low);
}

/**
 * Reads a protobuf varint of 64 bits as two unsigned halves, high first. Not by protobufjs, which takes a varint that is
 * cut off after four bytes for a whole one, and makes an object of each.
 * @throws RangeError when the varint is cut off at the reader's end, or longer than ten bytes
 */
export function readInt64Halves(reader: VarintSource): readonly [high: number, low: number] {
  let high = 0;
  let low = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (reader.pos >= reader.len) throw new RangeError("a number that is cut off");
    const byte = reader.buf[reader.pos++] as number;
    const bits = byte & 0x7f;
    if (shift < 32) low |= bits << shift;
    if (shift > 28) high |= bits << (shift - 32);
    else if (shift === 28) high |= bits >>> 4;
    if (byte < 0x80) return [high >>> 0, low >>> 0];
  }
  throw new RangeError("a number longer than ten bytes");
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

function safeInteger(high: number, low: number): number {
  if (high > 0x1fffff) throw new RangeError("a 64-bit number beyond 2^53 - 1 where a revision belongs");
  return high * TWO_TO_32 + low;
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
