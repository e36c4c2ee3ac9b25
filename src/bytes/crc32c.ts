/** The Castagnoli polynomial, bits reversed (RFC 3720, appendix B.4). */
const POLYNOMIAL = 0x82f63b78;
/** Bytes that one round takes: each has a table of its own ("slicing by 16"). */
const SLICES = 16;
const TABLES = makeTables();

/**
 * CRC-32C of the bytes from `offset` up to `end`, as an unsigned number.
 * `seed` is the CRC-32C of what came before, so that a sum can go on over several pieces (Go hash/crc32: Update).
 */
export function crc32c(view: DataView, offset: number, end: number, seed = 0): number {
  let crc = ~seed;
  let at = offset;
  for (; at + SLICES <= end; at += SLICES) {
    const a = crc ^ view.getInt32(at, true);
    const b = view.getInt32(at + 4, true);
    const c = view.getInt32(at + 8, true);
    const d = view.getInt32(at + 12, true);
    crc = word(a, 12) ^ word(b, 8) ^ word(c, 4) ^ word(d, 0);
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ (TABLES[(crc ^ view.getUint8(at)) & 0xff] as number);
  return ~crc >>> 0;
}

/** What four bytes add to the sum when `slice` bytes of the round come after them. */
function word(bits: number, slice: number): number {
  const table = slice << 8;
  return (
    (TABLES[table + 768 + (bits & 0xff)] as number) ^
    (TABLES[table + 512 + ((bits >>> 8) & 0xff)] as number) ^
    (TABLES[table + 256 + ((bits >>> 16) & 0xff)] as number) ^
    (TABLES[table + (bits >>> 24)] as number)
  );
}

/** Table n holds, for each byte value, its CRC with n zero bytes after it. */
function makeTables(): Int32Array {
  const tables = new Int32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
    tables[byte] = crc;
  }
  for (let index = 256; index < tables.length; index++) {
    const shorter = tables[index - 256] as number;
    tables[index] = (shorter >>> 8) ^ (tables[shorter & 0xff] as number);
  }
  return tables;
}
