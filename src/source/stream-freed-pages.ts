import { PAGE_FREE } from "../bbolt/reachability.ts";
import type { Engine } from "../engine/engine.ts";
import type { PassedPages } from "../engine/passed-pages.ts";
import type { RecordSink } from "../engine/record-sink.ts";
import { Records } from "../engine/records.ts";
import type { FreedArea } from "../model/freed-place.ts";
import type { KeptPages } from "./kept-pages.ts";

/** Where the records of freed pages lie. */
export const FREED_PAGES: FreedArea = { location: "free-page", file: null };

/**
 * The freed pages of a stream. Whether a page is free is known only at the end, so a run that may have been used again
 * in part has been read twice: as if it were in use, and as what is left of it; one of the two counts then.
 */
export class StreamFreedPages {
  private readonly pageSize: number;
  private readonly pageUse: Uint8Array;
  private readonly kept: KeptPages;
  private readonly passed: PassedPages;

  /** @param pageUse what the tree uses each page for */
  constructor(pageSize: number, pageUse: Uint8Array, kept: KeptPages, passed: PassedPages) {
    this.pageSize = pageSize;
    this.pageUse = pageUse;
    this.kept = kept;
    this.passed = passed;
  }

  /**
   * Where a page begins that is not stored, in bytes; undefined when its records do not count.
   * @param page its number, with a half added for what is left of its run
   */
  offsetOf(page: number): number | undefined {
    const pgid = Math.floor(page);
    if (this.pageUse[pgid] !== PAGE_FREE) return undefined;
    const pageCount = Math.max(1, this.passed.leafPageCount(pgid));
    const isCut = this.intactCount(pgid, pageCount) < pageCount;
    if (isCut !== (page !== pgid)) return undefined;
    return pgid * this.pageSize;
  }

  /** Hands over what is left of old root pages, which were kept. */
  handOverKept(engine: Engine, sink: RecordSink): void {
    const { pageSize, pageUse } = this;
    const records = new Records(engine);
    for (let pgid = 0; pgid < pageUse.length; pgid++) {
      const run = pageUse[pgid] === PAGE_FREE ? this.kept.keptLeaf(pgid) : undefined;
      if (run === undefined) continue;
      const length = this.intactCount(pgid, run.pageCount) * pageSize;
      const page = engine.place(run.bytes.subarray(run.offset, run.offset + length));
      engine.exports.readFreedLeaf(page, length, pgid * pageSize, records.list);
      if (records.count > 0) sink.addFreed(records, FREED_PAGES);
      records.count = 0;
      engine.exports.release(page);
    }
    records.free();
  }

  /**
   * How many freed pages have lost their beginning.
   * @param tailRuns pages that were read of each run beyond the last page in use, by its first page
   */
  headlessPages(tailRuns: ReadonlyMap<number, number>): number {
    const { pageUse, passed } = this;
    let headless = 0;
    let readUpTo = 0;
    for (let pgid = 0; pgid < Math.max(pageUse.length, passed.count); pgid++) {
      if (pgid < pageUse.length && pageUse[pgid] !== PAGE_FREE) continue;
      const pageCount = passed.leafPageCount(pgid) || (this.kept.keptLeaf(pgid)?.pageCount ?? 0);
      const tailCount = tailRuns.get(pgid);
      if (pageCount > 0) readUpTo = pgid + this.intactCount(pgid, pageCount);
      else if (tailCount !== undefined) readUpTo = pgid + tailCount;
      else if (passed.wasHeadless(pgid) && pgid >= readUpTo) headless++;
    }
    return headless;
  }

  private intactCount(pgid: number, pageCount: number): number {
    for (let page = 1; page < pageCount; page++) {
      const later = pgid + page;
      if ((this.pageUse[later] ?? PAGE_FREE) !== PAGE_FREE || this.passed.hadHeader(later)) return page;
    }
    return pageCount;
  }
}
