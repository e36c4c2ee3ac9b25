import { isHeaderOf, type PageRun } from "../bbolt/page.ts";
import { PAGE_FREE } from "../bbolt/reachability.ts";
import { grown } from "../model/columns.ts";
import type { RecordSink } from "../model/record-sink.ts";
import { FreedLeaves, freedPagesWanted, intactPages, isBlank } from "./freed-pages.ts";
import type { KeptPages } from "./kept-pages.ts";

/** What a page looked like when it went by. */
const LOOKED_BLANK = 0;
const LOOKED_HEADLESS = 1;
const HAD_HEADER = 2;

/** Added to a page number: the group of what is left of a run that is freed and has been used again in part. */
const CUT_RUN = 0.5;

/**
 * The freed pages of a stream. Whether a page is free is known only at the end, so a run that may have been used again
 * in part is read twice: as if it were in use, and as what is left of it; one of the two counts then.
 */
export class StreamFreedPages {
  private readonly pageSize: number;
  private readonly sink: RecordSink;
  /** One byte a page: what it looked like. Grows with the pages that come, not with what the file claims. */
  private looks = new Uint8Array(1024);
  /** First page of each run beyond the last page in use that was read, and how many pages were. */
  private readonly tailRuns = new Map<number, number>();

  constructor(pageSize: number, sink: RecordSink) {
    this.pageSize = pageSize;
    this.sink = sink;
  }

  /** Takes note of what a page looks like. */
  note(view: DataView, offset: number, pgid: number): void {
    if (pgid >= this.looks.length) this.looks = grown(this.looks, new Uint8Array(pgid * 2));
    if (isHeaderOf(view, offset, pgid)) this.looks[pgid] = HAD_HEADER;
    else this.looks[pgid] = isBlank(view, offset, this.pageSize) ? LOOKED_BLANK : LOOKED_HEADLESS;
  }

  /** Hands over what is left of a leaf of revisions, in case that it turns out to be freed and used again in part. */
  handOverCut(run: PageRun): void {
    const { pageSize, sink } = this;
    const intact = intactPages(run, run.pageCount, pageSize, () => false);
    if (intact === run.pageCount) return;
    const leaves = new FreedLeaves(null, (batch) => sink.addUnsettled(batch, run.pgid + CUT_RUN));
    leaves.visit(run, intact, pageSize, "free-page");
  }

  /**
   * Hands over a run beyond the last page in use: it can't be in use.
   * @param pageCount pages in the file, as far as that is known
   */
  handOverTail(run: PageRun, pageCount: number): void {
    const { pageSize, sink } = this;
    const wanted = freedPagesWanted(run.view, run.offset, run.pgid, pageSize, pageCount);
    const intact = intactPages(run, wanted, pageSize, () => false);
    this.tailRuns.set(run.pgid, intact);
    const leaves = new FreedLeaves(null, (batch, place) => sink.addFreed(batch, place));
    leaves.visit(run, intact, pageSize, "file-tail");
  }

  /** Where the records of a group lie that is not stored; undefined when they do not count. */
  placeOf(group: number, pageUse: Uint8Array, kept: KeptPages) {
    const pgid = Math.floor(group);
    if (pageUse[pgid] !== PAGE_FREE) return undefined;
    const { pageCount } = kept.revisionLeaf(pgid) ?? { pageCount: 1 };
    const isCut = this.intactCount(pgid, pageCount, pageUse) < pageCount;
    if (isCut !== (group !== pgid)) return undefined;
    return { location: "free-page", file: null, offset: pgid * this.pageSize } as const;
  }

  /** Ends the pass: reads old root pages that were kept, and returns how many freed pages have lost their beginning. */
  finish(pageUse: Uint8Array, kept: KeptPages): number {
    const { pageSize, sink } = this;
    const leaves = new FreedLeaves(null, (batch, place) => sink.addFreed(batch, place));
    let headless = 0;
    let readUpTo = 0;
    const end = Math.max(pageUse.length, this.looks.length);
    for (let pgid = 0; pgid < end; pgid++) {
      if (pgid < pageUse.length && pageUse[pgid] !== PAGE_FREE) continue;
      const run = kept.keptLeaf(pgid);
      if (run !== undefined) {
        leaves.visit(run, this.intactCount(pgid, run.pageCount, pageUse), pageSize, "free-page");
      }
      const pageCount = kept.revisionLeaf(pgid)?.pageCount ?? run?.pageCount;
      const tailCount = this.tailRuns.get(pgid);
      if (pageCount !== undefined) readUpTo = pgid + this.intactCount(pgid, pageCount, pageUse);
      else if (tailCount !== undefined) readUpTo = pgid + tailCount;
      else if (this.looks[pgid] === LOOKED_HEADLESS && pgid >= readUpTo) headless++;
    }
    return headless;
  }

  private intactCount(pgid: number, pageCount: number, pageUse: Uint8Array): number {
    for (let page = 1; page < pageCount; page++) {
      const later = pgid + page;
      if ((pageUse[later] ?? PAGE_FREE) !== PAGE_FREE || this.looks[later] === HAD_HEADER) return page;
    }
    return pageCount;
  }
}
