/** A number that the engine keeps up to date. */
interface Counter {
  readonly value: number;
}

/**
 * What `assembly/index.ts` exports; docs are there. Lists are named by their address. An unsigned number that is given back
 * may be negative where it is not written `>>> 0`.
 */
export interface EngineExports {
  seedHashes(a: bigint, b: bigint): void;

  allocate(size: number): number;
  release(address: number): void;
  newList(stride: number): number;
  freeList(list: number): void;
  newBlockList(stride: number): number;
  clearBlockList(list: number): void;
  reserve(list: number, capacity: number): void;

  startWalk(pageSize: number, use: number, used: number, pages: number, readsFreed: boolean): void;
  walkPages(start: number, end: number, first: number, stored: number, freed: number): number;
  readonly walkedPages: Counter;
  readonly neededPages: Counter;
  readonly headlessPages: Counter;
  readonly newestStored: Counter;

  startStream(pageSize: number, used: number, freelist: number, readsFreed: boolean): void;
  walkStream(start: number, end: number, first: number, pages: number, unsettled: number, tail: number): number;
  readonly passedCount: Counter;
  readonly passedNeeded: Counter;
  readonly passedPages: Counter;

  readLeaf(page: number, length: number, pgid: number, where: number, records: number): number;
  readonly newestRevision: Counter;
  readFreedLeaf(page: number, length: number, where: number, records: number): void;

  readRangeResponse(start: number, end: number, records: number): number;
  readonly countOfRange: Counter;
  readonly hasRangeHeader: Counter;
  readonly newestOfRange: Counter;

  readRows(records: number, looksAtNonces: boolean): number;
  rememberFolder(start: number, length: number, folder: number): void;
  rememberForm(
    head: number,
    headLength: number,
    shortest: number,
    multiple: number,
    nonceLength: number,
    isMarkAfterNonce: boolean,
    valueClass: number,
  ): number;
  tellNonce(body: number, length: number, isMarkAfterNonce: boolean): void;
  rememberTail(form: number, dataTag: number, shortestData: number, tail: number, tailLength: number): void;
  keyCount(): number;
  keyEntry(key: number): number;

  keepRows(rows: number, kept: number): void;
  copyKept(kept: number, index: number, rows: number): void;
  rowsOfPages(kept: number, from: number, most: number, rows: number): number;
  countRecords(rows: number): void;
  recordsIn(folder: number): number;
  noteStored(rows: number): void;
  setUnjudged(valueClass: number, unjudged: number): void;
  setArea(area: number, location: number, file: number): void;
  keepFreed(rows: number, area: number, kept: number): void;
  distinctFreed(kept: number, from: number, most: number, distinct: number): number;
  placeRows(rows: number, superseded: number): void;
  liveRows(from: number, most: number, folder: number, live: number): number;
  liveClass(key: number): number;
  placedKeys(): number;
  markRepeated(rows: number): number;

  setCompactRevision(revision: number): void;
  countRows(rows: number, location: number): void;
  findRows(rows: number, location: number, findings: number): void;
  listRows(rows: number, location: number, listed: number): void;
  cellCount(): number;
  cellAddress(cell: number): number;
  readonly namespaces: Counter;
  readonly namespaceCounts: Counter;
  readonly unnamedCounts: Counter;
  readonly furtherCounts: Counter;
  findRuns(resource: number): void;
  runCount(key: number): number;
  firstRun(key: number): number;
  compareRuns(a: number, b: number): void;
  readonly changes: Counter;
  readonly firstChange: Counter;
  readonly lastChange: Counter;
  orderFindings(findings: number, order: number): void;
  orderRows(rows: number, order: number): void;
}

/** Outcomes of `walkPages` and `walkStream`. */
export const WALK_OUTCOMES = { allWalked: 0, needsMore: 1, isFull: 2 } as const;
