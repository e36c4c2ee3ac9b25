/** Disks write so many bytes at once, whole or not at all (etcd server/storage/wal/decoder.go: minSectorSize). */
const SECTOR_LENGTH = 512;

/**
 * Whether a part of a record that lies in one sector is all zero: the sector was never written, as after a power
 * failure (etcd server/storage/wal/decoder.go: isTornEntry).
 * @param fileOffset where `offset` of the buffer lies in the file
 */
export function hasZeroSector(bytes: Uint8Array, offset: number, end: number, fileOffset: number): boolean {
  let start = offset;
  while (start < end) {
    const sectorEnd = start + SECTOR_LENGTH - ((fileOffset + start - offset) % SECTOR_LENGTH);
    const partEnd = Math.min(sectorEnd, end);
    if (firstNonZero(bytes, start, partEnd) === partEnd) return true;
    start = partEnd;
  }
  return false;
}

/** The place of the first byte that is not 0, `end` for none. */
export function firstNonZero(bytes: Uint8Array, offset: number, end: number): number {
  let at = offset;
  while (at + ZEROS.length <= end && ZEROS.equals(bytes.subarray(at, at + ZEROS.length))) at += ZEROS.length;
  while (at < end && bytes[at] === 0) at++;
  return at;
}

const ZEROS = Buffer.alloc(64 * 1024);
