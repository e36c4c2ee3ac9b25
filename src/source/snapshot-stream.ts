import { firstLeafKey } from "../bbolt/elements.ts";
import {
  BRANCH_PAGE,
  FREELIST_PAGE,
  isHeaderOf,
  LEAF_PAGE,
  LONGEST_RUN,
  type PageRun,
  readFlags,
  readOverflow,
} from "../bbolt/page.ts";
import { PageStream, type PageStreamVisitor } from "../bbolt/page-stream.ts";
import { claimRun, PAGE_STREAMED_LEAF, PAGE_USED, type Reachability } from "../bbolt/reachability.ts";
import type { RecordDamageListener } from "../etcd/leaf-records.ts";
import { isRevisionKey } from "../etcd/revision-key.ts";
import { RecordBatch } from "../model/record-batch.ts";
import type { RecordSink } from "../model/record-sink.ts";
import { freedPagesWanted } from "./freed-pages.ts";
import { KeptPages } from "./kept-pages.ts";
import type { SnapshotReading } from "./snapshot-reading.ts";
import { StreamFreedPages } from "./stream-freed-pages.ts";

type RecordDamage = Parameters<RecordDamageListener>;

/** Of one page; a page that can be trusted so little is told of once the first is. */
const MOST_DAMAGES_KEPT = 3;

/**
 * Reads a snapshot that comes once, front to back: every leaf page of revisions is handed over as unsettled, and at
 * the end, when all branch pages have gone by, it is settled which of them the store uses.
 */
export class SnapshotStreamPass implements PageStreamVisitor {
  private readonly reading: SnapshotReading;
  private readonly sink: RecordSink;
  private readonly kept: KeptPages;
  private readonly batch = new RecordBatch();
  private readonly pages: PageStream;
  private readonly freed: StreamFreedPages | undefined;
  /** How many pages there are, which a stream does not tell beforehand. */
  private pageCount = Number.MAX_SAFE_INTEGER;
  /** Of pages that may turn out to be free, and then their damage is nobody's loss. */
  private readonly damagesOf = new Map<number, readonly RecordDamage[]>();

  constructor(reading: SnapshotReading, sink: RecordSink) {
    const { pageSize, highWaterMark } = reading.meta;
    this.reading = reading;
    this.sink = sink;
    this.kept = new KeptPages(highWaterMark * pageSize);
    this.pages = new PageStream(pageSize, this);
    this.freed = reading.readsFreed ? new StreamFreedPages(pageSize, sink) : undefined;
  }

  /** Takes the next bytes; they may be overwritten once this returns. */
  push(chunk: Uint8Array): void {
    this.pages.push(chunk);
  }

  pagesWanted(view: DataView, offset: number, pgid: number): number {
    const { highWaterMark, pageSize, freelistPgid } = this.reading.meta;
    this.freed?.note(view, offset, pgid);
    if (pgid >= highWaterMark && this.freed !== undefined)
      return freedPagesWanted(view, offset, pgid, pageSize, this.pageCount);
    if (pgid >= highWaterMark || !isHeaderOf(view, offset, pgid)) return 0;
    const flags = readFlags(view, offset);
    const isFreelist = flags === FREELIST_PAGE && pgid === freelistPgid;
    if (flags !== BRANCH_PAGE && flags !== LEAF_PAGE && !isFreelist) return 0;
    const pageCount = readOverflow(view, offset) + 1;
    return pgid + pageCount > Math.min(highWaterMark, this.pageCount) || pageCount * pageSize > LONGEST_RUN
      ? 0
      : pageCount;
  }

  visitRun(run: PageRun): void {
    if (run.pgid >= this.reading.meta.highWaterMark) this.freed?.handOverTail(run, this.pageCount);
    else if (run.flags === LEAF_PAGE && beginsWithRevision(run)) this.handOver(run);
    else this.kept.keep(run);
  }

  /** Settles which pages count, once all bytes that there are have been pushed. */
  async finish(): Promise<Reachability> {
    const { reading, kept, sink } = this;
    const { pageSize, highWaterMark } = reading.meta;
    this.pageCount = this.pages.nextPgid + Math.floor(this.pages.pendingLength / pageSize);
    this.pages.finish();
    kept.pageCount = Math.min(highWaterMark, this.pageCount);
    if (kept.overflowed) {
      const what = "holds too many pages that are not etcd's to be read as a stream";
      reading.missingFrom(0, "not-settled", `${reading.name} ${what}; save it as a file, uncompressed, and scan that`);
    }
    const reached = await reading.walk(kept);
    sink.learnCompactRevision(reading.store.compactRevision ?? 0);
    if (reached.inlineLeaf !== undefined) this.addSettled(reached.inlineLeaf);
    this.claimRuns(reached.pageUse);
    const { pageUse } = reached;
    reading.headlessPages = this.freed?.finish(pageUse, kept) ?? 0;
    sink.settle(
      (group) => pageUse[group] === PAGE_STREAMED_LEAF,
      (group) => this.freed?.placeOf(group, pageUse, kept),
    );
    return reached;
  }

  private handOver(run: PageRun): void {
    const { reading, batch } = this;
    batch.reset(run.bytes);
    const damages: RecordDamage[] = [];
    const newest = reading.records.appendTo(batch, run, (...damage) => damages.push(damage));
    this.kept.noteRevisionLeaf(run, newest);
    if (damages.length > 0) this.damagesOf.set(run.pgid, damages.slice(0, MOST_DAMAGES_KEPT));
    this.sink.addUnsettled(batch, run.pgid);
    this.freed?.handOverCut(run);
  }

  /** Hands over the records of a page of which it is known already that it counts. */
  private addSettled(run: PageRun): void {
    const { reading, batch } = this;
    batch.reset(run.bytes);
    reading.appendRecords(batch, run);
    this.sink.add(batch);
  }

  /** Checks the leaf pages that the walk has reached, and marks the later pages of their runs as used. */
  private claimRuns(pageUse: Uint8Array): void {
    const { reading, kept } = this;
    for (let pgid = 0; pgid < pageUse.length; pgid++) {
      if (pageUse[pgid] !== PAGE_STREAMED_LEAF) continue;
      const noted = kept.revisionLeaf(pgid);
      // A leaf page whose first element is damaged was taken for one of another bucket.
      const run = kept.keptLeaf(pgid);
      const pageCount = noted?.pageCount ?? run?.pageCount;
      if (pageCount === undefined) {
        reading.damaged(pgid, `page ${pgid} should be a leaf page of the key bucket, and is none`);
      } else if (!claimRun(pageUse, pgid, pageCount)) {
        reading.damaged(pgid, `page ${pgid} claims to run over pages that are used otherwise`);
        pageUse[pgid] = PAGE_USED;
      } else if (noted !== undefined) {
        for (const damage of this.damagesOf.get(pgid) ?? []) reading.recordDamaged(...damage);
        reading.newestRevision = Math.max(reading.newestRevision, noted.newestRevision);
      } else if (run !== undefined) {
        this.addSettled(run);
      }
    }
  }
}

/** Whether the first element of a leaf page has a revision for its key: only the key bucket's pages have. */
function beginsWithRevision(run: PageRun): boolean {
  const key = firstLeafKey(run);
  return key !== undefined && isRevisionKey(run.bytes, key.offset, key.length);
}
