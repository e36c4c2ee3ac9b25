import { onPageProblem } from "./host";
import { newestRevision, readFreedLeaf, readLeaf } from "./leaf";
import { List } from "./list";
import {
  countOf,
  flagsOf,
  freedPagesWanted,
  isBlank,
  isHeaderOf,
  LEAF_PAGE,
  LONGEST_RUN,
  PAGE_FREE,
  PAGE_USED,
  pageCountOf,
} from "./page";
import { NO_ELEMENTS, NO_LEAF, OUT_OF_BOUNDS, TOO_LONG, USED_OTHERWISE } from "./problems";
import { ALL_WALKED, IS_FULL, MOST_RECORDS, NEEDS_MORE } from "./walk";

let pageSize: u32 = 0;
/** One byte for each page that the database has. */
let pageUse: usize = 0;
let usedLength: u32 = 0;
/** Whole pages in the file, those beyond the last one in use among them. */
let fileLength: u32 = 0;
let readsFreed: bool = false;
/** Pages before it belong to a freed run that has been read. */
let readUpTo: u32 = 0;
let isTail: bool = false;

/** Where the walk stopped: how many pages were walked, and how many from there on must be there together. */
export let walkedPages: u32 = 0;
export let neededPages: u32 = 0;
/** Freed pages of which no key can be told. */
export let headlessPages: u32 = 0;
/** The newest main revision of all pages in use that were walked. */
export let newestStored: f64 = 0;

/**
 * Begins a walk over the pages of a file of which it is known what the tree uses.
 * @param use address of a byte for each of `used` pages
 * @param pages whole pages in the file
 */
export function startWalk(size: u32, use: usize, used: u32, pages: u32, freed: bool): void {
  pageSize = size;
  pageUse = use;
  usedLength = used;
  fileLength = pages;
  readsFreed = freed;
  readUpTo = 0;
  isTail = false;
  headlessPages = 0;
  newestStored = 0;
}

/**
 * Walks the pages from one address to another, the first of which is page `first`: adds the records of leaf pages in use
 * to `stored`, and what is left of others to `freed`.
 * @returns why it stopped
 */
export function walkPages(start: usize, end: usize, first: u32, stored: List, freed: List): u32 {
  const there = <u32>((end - start) / pageSize);
  let page: u32 = 0;
  let outcome = ALL_WALKED;
  neededPages = 1;
  for (; page < there; page++) {
    const pgid = first + page;
    const at = start + <usize>page * pageSize;
    const use = useOf(pgid);
    if (use === PAGE_USED || (use === PAGE_FREE && !readsFreed)) continue;
    if (stored.count + freed.count >= MOST_RECORDS || entersTail(pgid, freed)) {
      outcome = IS_FULL;
      break;
    }
    const isFree = use === PAGE_FREE;
    const wanted = isFree ? freedPagesWanted(at, pgid, pageSize, fileLength - pgid) : usedPagesWanted(at, pgid);
    if (wanted > there - page) {
      neededPages = wanted;
      outcome = NEEDS_MORE;
      break;
    }
    if (wanted === 0) lookAtHeadless(at, pgid);
    else if (isFree) readFreedRun(at, pgid, wanted, freed);
    else readUsedRun(at, pgid, wanted, stored);
  }
  walkedPages = page;
  return outcome;
}

function useOf(pgid: u32): u8 {
  return pgid < usedLength ? load<u8>(pageUse + pgid) : PAGE_FREE;
}

/** The records of freed pages are handed over before those of the file's tail, which lie elsewhere. */
function entersTail(pgid: u32, freed: List): bool {
  if (isTail || pgid < usedLength) return false;
  if (freed.count > 0) return true;
  isTail = true;
  return false;
}

/** How many pages of a leaf in use must be there; 0, and told, for what is no leaf. */
function usedPagesWanted(at: usize, pgid: u32): u32 {
  if (!isHeaderOf(at, pgid) || flagsOf(at) !== LEAF_PAGE) {
    onPageProblem(pgid, NO_LEAF, 0);
    return 0;
  }
  const pageCount = pageCountOf(at);
  if (pgid + pageCount <= usedLength && pageCount * pageSize <= LONGEST_RUN) return <u32>pageCount;
  onPageProblem(pgid, TOO_LONG, <f64>pageCount);
  return 0;
}

function readUsedRun(at: usize, pgid: u32, pageCount: u32, stored: List): void {
  for (let page = pgid + 1; page < pgid + pageCount; page++) {
    if (useOf(page) === PAGE_FREE) continue;
    onPageProblem(pgid, USED_OTHERWISE, 0);
    return;
  }
  memory.fill(pageUse + pgid + 1, PAGE_USED, pageCount - 1);
  // bbolt removes a page that has lost its last element (node.go: rebalance).
  if (countOf(at) === 0) onPageProblem(pgid, NO_ELEMENTS, 0);
  const firstBad = readLeaf(at, pageCount * pageSize, pgid, <f64>pgid, stored);
  if (firstBad >= 0) onPageProblem(pgid, OUT_OF_BOUNDS, firstBad);
  newestStored = max(newestStored, newestRevision);
}

/**
 * Reads the pages of a freed run that are as they were: up to the first that is in use again, or has a header of its own
 * and so has been in use since.
 */
function readFreedRun(at: usize, pgid: u32, wanted: u32, freed: List): void {
  let intact: u32 = 1;
  for (; intact < wanted; intact++) {
    const page = pgid + intact;
    if (useOf(page) !== PAGE_FREE || isHeaderOf(at + <usize>intact * pageSize, page)) break;
  }
  readUpTo = pgid + intact;
  readFreedLeaf(at, intact * pageSize, <f64>pgid * <f64>pageSize, freed);
}

function lookAtHeadless(at: usize, pgid: u32): void {
  if (useOf(pgid) !== PAGE_FREE || pgid < readUpTo || isHeaderOf(at, pgid)) return;
  if (!isBlank(at, pageSize)) headlessPages++;
}
