/**
 * A frame of a WAL file (etcd server/storage/wal/encoder.go: encodeFrameSize, decoder.go: decodeFrameSize):
 *   length field u64, little-endian | record | padding to a multiple of 8 bytes
 * The field's low 56 bits are the record's length in bytes. With padding its top bit is set, and bits 56 to 58 tell
 * how many bytes that is. A field of 0 ends the data: what follows is preallocated.
 */
export const LENGTH_FIELD = 8;
/** No longer record is read. etcd takes requests of 1.5 MiB unless told otherwise, and warns beyond 10 MiB. */
const LONGEST_RECORD = 16 * 1024 * 1024;
/** What `readRecordLength` says of a length field that etcd does not write, or of a record that is too long. */
export const NO_LENGTH = -1;

/** Length in bytes of the record that follows the length field at `offset`: 0 at the end of the data, else NO_LENGTH. */
export function readRecordLength(view: DataView, offset: number): number {
  const low = view.getUint32(offset, true);
  const high = view.getUint32(offset + 4, true);
  if (low === 0 && high === 0) return 0;
  const padding = paddingOf(low);
  const expected = padding === 0 ? 0 : ((0x80 | padding) << 24) >>> 0;
  return high === expected && low !== 0 && low <= LONGEST_RECORD ? low : NO_LENGTH;
}

/** Bytes of a whole frame, from a record's length. */
export function frameLength(recordLength: number): number {
  return LENGTH_FIELD + recordLength + paddingOf(recordLength);
}

function paddingOf(recordLength: number): number {
  return -recordLength & 7;
}
