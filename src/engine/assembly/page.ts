/** Page header: id u64 | flags u16 | count u16 | overflow u32 (bbolt internal/common/page.go: Page). */
export const HEADER_SIZE: u32 = 16;
const FLAGS_OFFSET: usize = 8;
const COUNT_OFFSET: usize = 10;
const OVERFLOW_OFFSET: usize = 12;

export const BRANCH_PAGE: u16 = 0x01;
export const LEAF_PAGE: u16 = 0x02;
const META_PAGE: u16 = 0x04;
export const FREELIST_PAGE: u16 = 0x10;

/** The longest runs that are read, in bytes: of pages in use (src/bbolt/page.ts), and of freed ones. */
export const LONGEST_RUN: u64 = 64 * 1024 * 1024;
const LONGEST_FREED_RUN: u32 = 16 * 1024 * 1024;

/** What a page is used for (src/bbolt/reachability.ts). */
export const PAGE_FREE: u8 = 0;
export const PAGE_USED: u8 = 1;

/** What kind of page begins here. */
export function flagsOf(page: usize): u16 {
  return load<u16>(page, FLAGS_OFFSET);
}

/** Elements of the page. */
export function countOf(page: usize): u32 {
  return load<u16>(page, COUNT_OFFSET);
}

/** Pages of the run that begins here, by its own account. */
export function pageCountOf(page: usize): u64 {
  return <u64>load<u32>(page, OVERFLOW_OFFSET) + 1;
}

/** Whether the header is page `pgid`'s own; pages within a run have none. */
export function isHeaderOf(page: usize, pgid: u64): bool {
  if (load<u64>(page) !== pgid) return false;
  const flags = flagsOf(page);
  return flags === LEAF_PAGE || flags === BRANCH_PAGE || flags === FREELIST_PAGE || flags === META_PAGE;
}

/** Whether a page holds anything at all. */
export function isBlank(page: usize, size: u32): bool {
  for (let offset: u32 = 0; offset < size; offset += 8) if (load<u64>(page + offset) !== 0) return false;
  return true;
}

/** How many pages to look at of what may be a freed leaf, of `left` that there are; 0 for what is none. */
export function freedPagesWanted(page: usize, pgid: u32, pageSize: u32, left: u32): u32 {
  if (!isHeaderOf(page, pgid) || flagsOf(page) !== LEAF_PAGE) return 0;
  return <u32>min<u64>(pageCountOf(page), min(left, LONGEST_FREED_RUN / pageSize));
}
