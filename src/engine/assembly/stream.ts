import { keepPage, onPageProblem, onTailRun } from "./host";
import { isRevisionKey, newestRevision, readFreedLeaf, readLeaf } from "./leaf";
import { List, newList } from "./list";
import {
  BRANCH_PAGE,
  countOf,
  FREELIST_PAGE,
  flagsOf,
  freedPagesWanted,
  HEADER_SIZE,
  isBlank,
  isHeaderOf,
  LEAF_PAGE,
  LONGEST_RUN,
  pageCountOf,
} from "./page";
import { OUT_OF_BOUNDS } from "./problems";
import { ALL_WALKED, IS_FULL, MOST_RECORDS, NEEDS_MORE } from "./walk";

/** What is remembered of a page that went by: src/engine/passed-pages.ts reads the same layout. */
@unmanaged
class PassedPage {
  /** Of a leaf page of revisions: its newest main revision, 0 for none. */
  newest: f64;
  /** Pages of its run; 0 where no leaf page of revisions begins. */
  pageCount: u32;
  /** What it looked like. */
  look: u32;
}

const LOOKED_BLANK: u32 = 0;
const LOOKED_HEADLESS: u32 = 1;
const HAD_HEADER: u32 = 2;

/** Added to a page number: what is left of a run that is freed and has been used again in part. */
const CUT_RUN: f64 = 0.5;

let pageSize: u32 = 0;
let usedLength: u32 = 0;
let freelist: u32 = 0;
let readsFreed: bool = false;

/** By page number. */
export const passedPages: List = newList(offsetof<PassedPage>());
/** Where the walk stopped: how many pages were walked, and how many from there on must be there together. */
export let passedCount: u32 = 0;
export let passedNeeded: u32 = 0;

/**
 * Begins a walk over the pages of a stream, of which it is known at the end only which count.
 * @param used pages that the database has by its own account
 * @param freelistPgid page of the stored freelist; 0 for none
 */
export function startStream(size: u32, used: u32, freelistPgid: u32, freed: bool): void {
  pageSize = size;
  usedLength = used;
  freelist = freelistPgid;
  readsFreed = freed;
  passedPages.count = 0;
}

/**
 * Walks the pages from one address to another, the first of which is page `first`: adds the records of every leaf page of
 * revisions to `unsettled`, with the page's number, and what lies beyond the last page in use to `tail`.
 * @param pages how many there are in all, once that is known; until then as many as can be
 * @returns why it stopped
 */
export function walkStream(start: usize, end: usize, first: u32, pages: u32, unsettled: List, tail: List): u32 {
  const there = <u32>((end - start) / pageSize);
  let page: u32 = 0;
  let outcome = ALL_WALKED;
  passedNeeded = 1;
  for (; page < there; page++) {
    const pgid = first + page;
    const at = start + <usize>page * pageSize;
    if (unsettled.count + tail.count >= MOST_RECORDS) {
      outcome = IS_FULL;
      break;
    }
    const wanted = pagesWanted(at, pgid, pages);
    if (wanted > there - page) {
      passedNeeded = wanted;
      outcome = NEEDS_MORE;
      break;
    }
    note(at, pgid);
    if (wanted === 0) continue;
    if (pgid >= usedLength) readTail(at, pgid, wanted, tail);
    else if (flagsOf(at) === LEAF_PAGE && beginsWithRevision(at, wanted * pageSize))
      readRun(at, pgid, wanted, unsettled);
    else keepPage(at, pgid);
  }
  passedCount = page;
  return outcome;
}

/** How many pages, from this one on, must be there together: 0 to pass over this page alone. */
function pagesWanted(at: usize, pgid: u32, pages: u32): u32 {
  if (pgid >= usedLength) return readsFreed ? freedPagesWanted(at, pgid, pageSize, pages - pgid) : 0;
  if (!isHeaderOf(at, pgid)) return 0;
  const flags = flagsOf(at);
  const isFreelist = flags === FREELIST_PAGE && pgid === freelist;
  if (flags !== BRANCH_PAGE && flags !== LEAF_PAGE && !isFreelist) return 0;
  const pageCount = pageCountOf(at);
  const isTooLong = pgid + pageCount > min(usedLength, pages) || pageCount * pageSize > LONGEST_RUN;
  return isTooLong ? 0 : <u32>pageCount;
}

/** Takes note of what a page looks like. */
function note(at: usize, pgid: u32): void {
  while (passedPages.count <= pgid) memory.fill(passedPages.push(), 0, offsetof<PassedPage>());
  if (!readsFreed) return;
  const passed = changetype<PassedPage>(passedPages.at(pgid));
  if (isHeaderOf(at, pgid)) passed.look = HAD_HEADER;
  else passed.look = isBlank(at, pageSize) ? LOOKED_BLANK : LOOKED_HEADLESS;
}

/** Reads a leaf page of revisions as if it were in use and, in case it is not, what is left of it. */
function readRun(at: usize, pgid: u32, pageCount: u32, unsettled: List): void {
  const firstBad = readLeaf(at, pageCount * pageSize, pgid, <f64>pgid, unsettled);
  if (firstBad >= 0) onPageProblem(pgid, OUT_OF_BOUNDS, firstBad);
  const passed = changetype<PassedPage>(passedPages.at(pgid));
  passed.pageCount = pageCount;
  passed.newest = newestRevision;
  const intact = intactPages(at, pgid, pageCount);
  if (readsFreed && intact < pageCount) readFreedLeaf(at, intact * pageSize, <f64>pgid + CUT_RUN, unsettled);
}

function readTail(at: usize, pgid: u32, wanted: u32, tail: List): void {
  const intact = intactPages(at, pgid, wanted);
  onTailRun(pgid, intact);
  readFreedLeaf(at, intact * pageSize, <f64>pgid * <f64>pageSize, tail);
}

/** How many pages of a run have no header of their own, which they would have been given in being used again. */
function intactPages(at: usize, pgid: u32, pageCount: u32): u32 {
  let intact: u32 = 1;
  while (intact < pageCount && !isHeaderOf(at + <usize>intact * pageSize, pgid + intact)) intact++;
  return intact;
}

/** Whether the first element of a leaf page has a revision for its key: only the key bucket's pages have. */
function beginsWithRevision(page: usize, length: u32): bool {
  const element = page + HEADER_SIZE;
  if (countOf(page) === 0) return false;
  const key = <u64>element + load<u32>(element, 4);
  const keyLength = load<u32>(element, 8);
  return key + keyLength <= <u64>page + length && isRevisionKey(<usize>key, keyLength);
}
