import { visitLeafElements } from "../bbolt/elements.ts";
import {
  BRANCH_PAGE,
  isHeaderOf,
  LEAF_PAGE,
  LONGEST_RUN,
  type PageRun,
  readFlags,
  readOverflow,
} from "../bbolt/page.ts";
import { PageStream, type PageStreamVisitor } from "../bbolt/page-stream.ts";
import { PAGE_FREE, PAGE_STREAMED_LEAF, PAGE_USED, type Reachability, walkBuckets } from "../bbolt/reachability.ts";
import type { RecordDamageListener } from "../etcd/leaf-records.ts";
import { isRevisionKey } from "../etcd/revision-key.ts";
import { KEY_BUCKET } from "../etcd/schema.ts";
import { RecordBatch } from "../model/record-batch.ts";
import type { RecordSink } from "../model/record-sink.ts";
import { KeptPages } from "./kept-pages.ts";
import type { SnapshotReading } from "./snapshot-reading.ts";

type RecordDamage = Parameters<RecordDamageListener>;

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
  /** Of pages that may turn out to be free, and then their damage is nobody's loss. */
  private readonly damagesOf = new Map<number, readonly RecordDamage[]>();

  constructor(reading: SnapshotReading, sink: RecordSink) {
    this.reading = reading;
    this.sink = sink;
    this.kept = new KeptPages(reading.meta.highWaterMark);
    this.pages = new PageStream(reading.meta.pageSize, this);
  }

  /** Takes the next bytes; they may be overwritten once this returns. */
  push(chunk: Uint8Array): void {
    this.pages.push(chunk);
  }

  pagesWanted(view: DataView, offset: number, pgid: number): number {
    const { highWaterMark, pageSize } = this.reading.meta;
    if (pgid >= highWaterMark || !isHeaderOf(view, offset, pgid)) return 0;
    const flags = readFlags(view, offset);
    if (flags !== BRANCH_PAGE && flags !== LEAF_PAGE) return 0;
    const pageCount = readOverflow(view, offset) + 1;
    return pgid + pageCount > highWaterMark || pageCount * pageSize > LONGEST_RUN ? 0 : pageCount;
  }

  visitRun(run: PageRun): void {
    if (run.flags === BRANCH_PAGE) this.kept.keepBranch(run);
    else if (!beginsWithRevision(run)) this.kept.keepLeaf(run);
    else this.handOver(run);
  }

  /** Settles which pages count, once all bytes have been pushed. */
  async finish(): Promise<Reachability> {
    const { reading, kept, sink } = this;
    const reached = await walkBuckets(
      kept,
      reading.meta,
      KEY_BUCKET,
      (...entry) => reading.store.take(...entry),
      ({ pgid, message }) => reading.damaged(pgid, message),
    );
    sink.learnCompactRevision(reading.store.compactRevision);
    if (reached.inlineLeaf !== undefined) {
      this.batch.reset(reached.inlineLeaf.bytes);
      reading.newestRevision = reading.records.appendTo(this.batch, reached.inlineLeaf, (...damage) =>
        reading.recordDamaged(...damage),
      );
      sink.add(this.batch);
    }
    this.claimRuns(reached.pageUse);
    if (kept.overflowed) {
      const nextStep = "save it as a file, uncompressed, and scan that";
      reading.reasons.add(
        "not-settled",
        `${reading.name} holds too many pages that are not etcd's to be read as a stream; ${nextStep}`,
      );
    }
    sink.settle((pgid) => reached.pageUse[pgid] === PAGE_STREAMED_LEAF);
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
  }

  /** Checks the leaf pages that the walk has reached, and marks the later pages of their runs as used. */
  private claimRuns(pageUse: Uint8Array): void {
    const { reading, kept } = this;
    for (let pgid = 0; pgid < pageUse.length; pgid++) {
      if (pageUse[pgid] !== PAGE_STREAMED_LEAF) continue;
      const leaf = kept.revisionLeaf(pgid);
      if (leaf === undefined) {
        reading.damaged(pgid, `page ${pgid} should be a leaf page of the key bucket, and is none`);
        continue;
      }
      const end = pgid + leaf.pageCount;
      if (pageUse.subarray(pgid + 1, end).some((use) => use !== PAGE_FREE)) {
        reading.damaged(pgid, `page ${pgid} claims to run over pages that are used otherwise`);
        pageUse[pgid] = PAGE_USED;
        continue;
      }
      for (const damage of this.damagesOf.get(pgid) ?? []) reading.recordDamaged(...damage);
      reading.newestRevision = Math.max(reading.newestRevision, leaf.newestRevision);
      pageUse.fill(PAGE_USED, pgid + 1, end);
    }
  }
}

/** Whether the first element of a leaf page has a revision for its key: only the key bucket's pages have. */
function beginsWithRevision(run: PageRun): boolean {
  if (run.count === 0) return false;
  let isRevision = false;
  try {
    visitLeafElements({ ...run, count: 1 }, (keyOffset, keyLength) => {
      isRevision = isRevisionKey(run.bytes, keyOffset, keyLength);
    });
  } catch {
    return false;
  }
  return isRevision;
}
