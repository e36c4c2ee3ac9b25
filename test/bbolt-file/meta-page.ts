import { type ByteOrder, PAGE_FLAG, PAGE_HEADER_LENGTH, viewOf } from "./page.ts";

/** First four bytes of a meta page's body (bbolt internal/common/types.go `Magic`). */
const META_MAGIC = 0xed0cdaed;
/** The only file version that exists. */
const META_VERSION = 2;
/** Freelist page number of a file that does not store its freelist. */
const NO_FREELIST = 0xffffffffffffffffn;
/** Bytes that the checksum covers; the checksum follows them. */
const META_BODY_LENGTH = 56;

/** What a meta page says. Page numbers; `pageSize` in bytes. */
export interface Meta {
  readonly pageSize: number;
  readonly rootPgid: number;
  readonly rootSequence?: number;
  /** Null: not stored, as etcd on Linux has it. */
  readonly freelistPgid: number | null;
  /** The first page that was never used. */
  readonly highWaterMark: number;
  readonly txid: number;
}

/** A whole meta page, its checksum right (bbolt internal/common/meta.go). */
export function metaPage(pgid: 0 | 1, meta: Meta, order: ByteOrder = "little"): Uint8Array {
  const page = new Uint8Array(meta.pageSize);
  const view = viewOf(page);
  const isLittle = order === "little";
  view.setBigUint64(0, BigInt(pgid), isLittle);
  view.setUint16(8, PAGE_FLAG.meta, isLittle);
  view.setUint32(PAGE_HEADER_LENGTH, META_MAGIC, isLittle);
  view.setUint32(PAGE_HEADER_LENGTH + 4, META_VERSION, isLittle);
  view.setUint32(PAGE_HEADER_LENGTH + 8, meta.pageSize, isLittle);
  view.setBigUint64(PAGE_HEADER_LENGTH + 16, BigInt(meta.rootPgid), isLittle);
  view.setBigUint64(PAGE_HEADER_LENGTH + 24, BigInt(meta.rootSequence ?? 0), isLittle);
  view.setBigUint64(
    PAGE_HEADER_LENGTH + 32,
    meta.freelistPgid === null ? NO_FREELIST : BigInt(meta.freelistPgid),
    isLittle,
  );
  view.setBigUint64(PAGE_HEADER_LENGTH + 40, BigInt(meta.highWaterMark), isLittle);
  view.setBigUint64(PAGE_HEADER_LENGTH + 48, BigInt(meta.txid), isLittle);
  sealMeta(page, order);
  return page;
}

/** Puts the right checksum on a meta page whose fields were changed. */
export function sealMeta(page: Uint8Array, order: ByteOrder = "little"): void {
  const end = PAGE_HEADER_LENGTH + META_BODY_LENGTH;
  viewOf(page).setBigUint64(end, fnv1a64(page.subarray(PAGE_HEADER_LENGTH, end)), order === "little");
}

/** FNV-1a, 64 bits, written apart from the program's own. */
function fnv1a64(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
