import { isHeaderOf, LEAF_PAGE, LONGEST_RUN, type PageRun, readFlags, readOverflow } from "../bbolt/page.ts";
import type { PageStreamVisitor } from "../bbolt/page-stream.ts";
import { claimRun, PAGE_FREE, PAGE_STREAMED_LEAF } from "../bbolt/reachability.ts";
import { RecordBatch } from "../model/record-batch.ts";
import type { RecordSink } from "../model/record-sink.ts";
import { FreedLeaves, freedPagesWanted, intactPages, isBlank } from "./freed-pages.ts";
import type { SnapshotReading } from "./snapshot-reading.ts";

/**
 * Takes the pages of a file of which the walk from the root has told the use: fills batches with the records of leaf
 * pages of the key bucket, and looks through the pages that are not in use.
 */
export class FileLeaves implements PageStreamVisitor {
  private readonly reading: SnapshotReading;
  private readonly pageUse: Uint8Array;
  private readonly pageCount: number;
  private readonly sink: RecordSink;
  private readonly batch = new RecordBatch();
  private readonly freed: FreedLeaves;
  /** Pages before it belong to a freed run that has been read. */
  private readUpTo = 0;

  /** @param pageCount whole pages in the file, those beyond the last one in use among them */
  constructor(reading: SnapshotReading, pageUse: Uint8Array, pageCount: number, sink: RecordSink) {
    this.reading = reading;
    this.pageUse = pageUse;
    this.pageCount = pageCount;
    this.sink = sink;
    this.freed = new FreedLeaves(reading.file, (batch, place) => sink.addFreed(batch, place));
  }

  pagesWanted(view: DataView, offset: number, pgid: number): number {
    if (!this.isUsed(pgid)) return this.reading.readsFreed ? this.freedWanted(view, offset, pgid) : 0;
    if (this.pageUse[pgid] !== PAGE_STREAMED_LEAF) return 0;
    const { reading } = this;
    if (!isHeaderOf(view, offset, pgid) || readFlags(view, offset) !== LEAF_PAGE) {
      reading.damaged(pgid, `page ${pgid} should be a leaf page of the key bucket, and is none`);
      return 0;
    }
    const pageCount = readOverflow(view, offset) + 1;
    if (pgid + pageCount <= this.pageUse.length && pageCount * reading.meta.pageSize <= LONGEST_RUN) return pageCount;
    reading.damaged(pgid, `page ${pgid} claims to run over ${pageCount} pages, more than there are`);
    return 0;
  }

  visitRun(run: PageRun): void {
    if (this.isUsed(run.pgid)) this.visitUsed(run);
    else this.visitFreed(run);
  }

  /** Hands over what is gathered: before the buffer is reused. */
  flush(): void {
    if (this.batch.count > 0) this.sink.add(this.batch);
    this.batch.reset(new Uint8Array(0));
  }

  private visitUsed(run: PageRun): void {
    if (run.pageCount > 1 && !claimRun(this.pageUse, run.pgid, run.pageCount)) {
      this.reading.damaged(run.pgid, `page ${run.pgid} claims to run over pages that are used otherwise`);
      return;
    }
    if (this.batch.bytes !== run.bytes) {
      this.flush();
      this.batch.reset(run.bytes);
    }
    this.reading.appendRecords(this.batch, run);
  }

  private visitFreed(run: PageRun): void {
    const { pageSize } = this.reading.meta;
    const wanted = freedPagesWanted(run.view, run.offset, run.pgid, pageSize, this.pageCount);
    const intact = intactPages(run, wanted, pageSize, (pgid) => this.isUsed(pgid));
    this.readUpTo = run.pgid + intact;
    this.freed.visit(run, intact, pageSize, run.pgid < this.pageUse.length ? "free-page" : "file-tail");
  }

  private freedWanted(view: DataView, offset: number, pgid: number): number {
    const { pageSize } = this.reading.meta;
    const wanted = freedPagesWanted(view, offset, pgid, pageSize, this.pageCount);
    if (wanted > 0 || pgid < this.readUpTo || isHeaderOf(view, offset, pgid)) return wanted;
    if (!isBlank(view, offset, pageSize)) this.reading.headlessPages++;
    return 0;
  }

  private isUsed(pgid: number): boolean {
    return pgid < this.pageUse.length && this.pageUse[pgid] !== PAGE_FREE;
  }
}
