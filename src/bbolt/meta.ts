import { fnv1a64 } from "../bytes/fnv1a.ts";
import { PAGE_HEADER_LENGTH } from "./page.ts";

/** The meta page, after the page header (bbolt internal/common/meta.go: Meta). Offsets from the page's start. */
const MAGIC_OFFSET = 16;
const VERSION_OFFSET = 20;
const PAGE_SIZE_OFFSET = 24;
const ROOT_OFFSET = 32;
const FREELIST_OFFSET = 48;
const HIGH_WATER_MARK_OFFSET = 56;
const TRANSACTION_OFFSET = 64;
const CHECKSUM_OFFSET = 72;
/** Bytes of a meta page that must be at hand to read it. */
export const META_LENGTH = 80;

const MAGIC = 0xed0cdaed;
const MAGIC_BIG_ENDIAN = 0xedda0ced;
const VERSION = 2;
const NO_FREELIST = 0xffffffffffffffffn;
const SMALLEST_PAGE = 1024;
/** Eight times that of any host etcd runs on: both meta pages then lie in the first bytes that a stream gives. */
const LARGEST_PAGE = 512 * 1024;

/** What one valid meta page says. Page numbers and sizes are safe integers. */
export interface Meta {
  readonly pageSize: number;
  /** First page of the root bucket. */
  readonly rootPgid: number;
  /** First page of the stored freelist; null where etcd keeps none, as on Linux. */
  readonly freelistPgid: number | null;
  /** The first page never allocated: the file's logical size is this many pages. */
  readonly highWaterMark: number;
  readonly txid: number;
}

export type MetaReading =
  | { readonly kind: "valid"; readonly meta: Meta }
  | { readonly kind: "big-endian" }
  | { readonly kind: "invalid" };

/** Reads and validates the meta page at `offset`: magic, version, checksum, page size, in that order. */
export function readMeta(bytes: Uint8Array, offset: number): MetaReading {
  if (offset + META_LENGTH > bytes.length) return { kind: "invalid" };
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, META_LENGTH);
  const magic = view.getUint32(MAGIC_OFFSET, true);
  if (magic === MAGIC_BIG_ENDIAN) return { kind: "big-endian" };
  if (magic !== MAGIC || view.getUint32(VERSION_OFFSET, true) !== VERSION) return { kind: "invalid" };
  const summed = bytes.subarray(offset + PAGE_HEADER_LENGTH, offset + CHECKSUM_OFFSET);
  if (view.getBigUint64(CHECKSUM_OFFSET, true) !== fnv1a64(summed)) return { kind: "invalid" };
  const pageSize = view.getUint32(PAGE_SIZE_OFFSET, true);
  if (pageSize < SMALLEST_PAGE || pageSize > LARGEST_PAGE || (pageSize & (pageSize - 1)) !== 0) {
    return { kind: "invalid" };
  }
  const freelist = view.getBigUint64(FREELIST_OFFSET, true);
  const highWaterMark = Number(view.getBigUint64(HIGH_WATER_MARK_OFFSET, true));
  const meta = {
    pageSize,
    rootPgid: Number(view.getBigUint64(ROOT_OFFSET, true)),
    freelistPgid: freelist === NO_FREELIST ? null : Number(freelist),
    highWaterMark,
    txid: Number(view.getBigUint64(TRANSACTION_OFFSET, true)),
  };
  return Number.isSafeInteger(highWaterMark * pageSize) ? { kind: "valid", meta } : { kind: "invalid" };
}

/** Where the second meta page may begin: it stands one page after the first, and the page size may not be known. */
export const SECOND_META_OFFSETS: readonly number[] = Array.from({ length: 10 }, (_, power) => SMALLEST_PAGE << power);

/** The meta page in force: the valid one with the higher transaction (bbolt db.go: DB.meta). */
export function newerMeta(readings: readonly MetaReading[]): Meta | undefined {
  let newest: Meta | undefined;
  for (const reading of readings) {
    if (reading.kind === "valid" && (newest === undefined || reading.meta.txid > newest.txid)) newest = reading.meta;
  }
  return newest;
}
