/**
 * The page header of a bbolt file (bbolt internal/common/page.go: Page). Little-endian, 16 bytes:
 * id u64 | flags u16 | count u16 | overflow u32. A run of overflow + 1 pages has one header, on its first page.
 */
export const PAGE_HEADER_LENGTH = 16;
const FLAGS_OFFSET = 8;
const COUNT_OFFSET = 10;
const OVERFLOW_OFFSET = 12;

export const BRANCH_PAGE = 0x01;
export const LEAF_PAGE = 0x02;
const META_PAGE = 0x04;
export const FREELIST_PAGE = 0x10;

/** A page run within a buffer that holds it whole: `view` covers the buffer, `offset` is where the run begins. */
export interface PageRun {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly offset: number;
  /** Bytes of the whole run, a multiple of the page size. */
  readonly length: number;
  /** Pages of the run; 0 for the leaf of an inline bucket. */
  readonly pageCount: number;
  readonly pgid: number;
  readonly flags: number;
  readonly count: number;
}

/** Page number in the header, or -1 when it can't be one. */
export function readPgid(view: DataView, offset: number): number {
  const high = view.getUint32(offset + 4, true);
  return high > 0x1fffff ? -1 : high * 2 ** 32 + view.getUint32(offset, true);
}

/** Flags of the page at `offset`: exactly one of the page kinds in a sound file. */
export function readFlags(view: DataView, offset: number): number {
  return view.getUint16(offset + FLAGS_OFFSET, true);
}

/** Number of elements on the page at `offset`. */
export function readCount(view: DataView, offset: number): number {
  return view.getUint16(offset + COUNT_OFFSET, true);
}

/** Pages that follow the page at `offset` within its run. */
export function readOverflow(view: DataView, offset: number): number {
  return view.getUint32(offset + OVERFLOW_OFFSET, true);
}

/** Whether the bytes at `offset` are a header of page `pgid`; pages within a run have none. */
export function isHeaderOf(view: DataView, offset: number, pgid: number): boolean {
  if (readPgid(view, offset) !== pgid) return false;
  const flags = readFlags(view, offset);
  return flags === LEAF_PAGE || flags === BRANCH_PAGE || flags === FREELIST_PAGE || flags === META_PAGE;
}

/** The longest run that is read: far above what one etcd transaction can write, and a bound on memory. */
export const LONGEST_RUN = 64 * 1024 * 1024;

/** The run that begins at `offset`, of which the buffer must hold all `pageCount` pages. */
export function pageRunAt(bytes: Uint8Array, view: DataView, offset: number, pageSize: number, pgid: number): PageRun {
  const pageCount = readOverflow(view, offset) + 1;
  const length = pageCount * pageSize;
  return {
    bytes,
    view,
    offset,
    length,
    pageCount,
    pgid,
    flags: readFlags(view, offset),
    count: readCount(view, offset),
  };
}
