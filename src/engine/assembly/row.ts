/**
 * A row: one write to a key. src/engine/rows.ts reads the same layout. 64 bytes, which is a processor's cache line:
 * main f64 | sub f64 | createRevision f64 | version f64 | lease u64 | where f64 | key u32 | valueClass u32 | size u32 | marks u32
 */
@unmanaged
export class Row {
  main: f64;
  sub: f64;
  createRevision: f64;
  version: f64;
  lease: u64;
  /** Bytes from the beginning of a file, or the number of a page, by what the row is used for. */
  where: f64;
  /** Number of the etcd key, or OUT_OF_SCOPE and the number of its folder. */
  key: u32;
  /** Number of the value's class, or TOMBSTONE. */
  valueClass: u32;
  /** Bytes of the value. */
  size: u32;
  /** Low byte: CUT, REPEATS_NONCE, COPY; above it a number given with the row. */
  marks: u32;
}

/** A row with the place of its bytes, while they are there: 80 bytes. */
@unmanaged
export class Record extends Row {
  keyOffset: u32;
  keyLength: u32;
  valueOffset: u32;
  folder: u32;
}

export const ROW_SIZE: u32 = 64;

/** In place of a class: the key was deleted. */
export const TOMBSTONE: u32 = 0xffffffff;
/** Added to a folder's number, in place of a key's. */
export const OUT_OF_SCOPE: u32 = 0x80000000;

/** Bytes at the end of the value are missing. */
export const CUT: u32 = 1;
/** Another ciphertext with the value's nonce came before it. */
export const REPEATS_NONCE: u32 = 2;
/** The revision is stored as well. */
export const COPY: u32 = 4;
export const MARK_BITS: u32 = 8;

/** Whether a row is a value, and no deletion, of a key in scope. */
export function isValueInScope(row: Row): bool {
  return row.key < OUT_OF_SCOPE && row.valueClass !== TOMBSTONE;
}

/** Copies a row: word by word, since for so few bytes `memory.copy` takes longer to call than to run. */
export function copyRow(to: Row, from: Row): void {
  const target = changetype<usize>(to);
  const source = changetype<usize>(from);
  store<u64>(target, load<u64>(source));
  store<u64>(target, load<u64>(source, 8), 8);
  store<u64>(target, load<u64>(source, 16), 16);
  store<u64>(target, load<u64>(source, 24), 24);
  store<u64>(target, load<u64>(source, 32), 32);
  store<u64>(target, load<u64>(source, 40), 40);
  store<u64>(target, load<u64>(source, 48), 48);
  store<u64>(target, load<u64>(source, 56), 56);
}
