import type { FileHandle } from "node:fs/promises";
import type { DamageListener } from "../bbolt/damage.ts";
import { isHeaderOf, LEAF_PAGE, LONGEST_RUN, type PageRun, readFlags, readOverflow } from "../bbolt/page.ts";
import { PageStream, type PageStreamVisitor } from "../bbolt/page-stream.ts";
import { PAGE_FREE, PAGE_STREAMED_LEAF, PAGE_USED, walkBuckets } from "../bbolt/reachability.ts";
import type { TrailingDigest } from "../bytes/trailing-hash.ts";
import { KEY_BUCKET } from "../etcd/schema.ts";
import { RecordBatch } from "../model/record-batch.ts";
import type { RecordSink } from "../model/record-sink.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import { fileFeed, readChunks } from "./chunk-feed.ts";
import type { ContentHash } from "./content-hash.ts";
import { FilePages, readFully } from "./file-pages.ts";
import { isHeldByEtcd } from "./held-by-etcd.ts";
import { findMeta } from "./snapshot-meta.ts";
import { SnapshotReading } from "./snapshot-reading.ts";
import type { ReadOptions, Source } from "./source.ts";

/**
 * An uncompressed snapshot, or a member's database, in a file that can be sought: the branch pages are read first,
 * so that the one pass in file order knows which leaf pages count.
 */
export class SnapshotFile implements Source {
  private readonly path: string;
  private readonly handle: FileHandle;
  private readonly openHash: (size: number) => ContentHash;

  constructor(path: string, handle: FileHandle, openHash: (size: number) => ContentHash) {
    this.path = path;
    this.handle = handle;
    this.openHash = openHash;
  }

  async read(sink: RecordSink, options: ReadOptions): Promise<SourceFacts> {
    const { path, handle } = this;
    const stats = await handle.stat({ bigint: true });
    const size = Number(stats.size);
    const readAt = (offset: number, length: number) => readFully(handle, offset, length);
    const meta = await findMeta(path, readAt);
    const reading = new SnapshotReading(path, meta);
    const pages = new FilePages(handle, meta.pageSize, Math.min(meta.highWaterMark, Math.floor(size / meta.pageSize)));
    const onDamage: DamageListener = ({ pgid, message }) => reading.damaged(pgid, message);
    const reached = await walkBuckets(pages, meta, KEY_BUCKET, (...entry) => reading.store.take(...entry), onDamage);
    reading.refuseOtherDatabases(reached.bucketNames);

    sink.learnCompactRevision(reading.store.compactRevision);
    const leaves = new ReachableLeaves(reading, reached.pageUse, sink);
    if (reached.inlineLeaf !== undefined) leaves.visitRun(reached.inlineLeaf);
    const stream = new PageStream(meta.pageSize, leaves);
    const hash = this.openHash(size);
    let length = 0;
    try {
      await readChunks(fileFeed(handle), hash, options.signal, (chunk) => {
        stream.push(chunk);
        leaves.flush();
        length += chunk.length;
        options.onProgress(length, size);
      });
    } catch (error) {
      if (!isSystemError(error)) throw error;
      reading.reasons.add(
        "read-failed",
        `${path}: reading failed at byte ${length} (${error.code}); get the file again`,
      );
    }
    const digest = await hash.finish();
    if (options.signal.aborted) reading.reasons.add("interrupted", `${path}: interrupted at byte ${length} of ${size}`);
    else reading.checkLength(length, digest);
    await this.checkUnchanged(reading, readAt, stats);
    const whole: TrailingDigest | undefined = length === size ? digest : undefined;
    return reading.facts(path, whole?.whole ?? null, whole?.whole ?? null, reached.pageUse);
  }

  /** A database that etcd writes to while it is read gives a view that never was. */
  private async checkUnchanged(
    reading: SnapshotReading,
    readAt: Parameters<typeof findMeta>[1],
    stats: Parameters<typeof isHeldByEtcd>[0],
  ): Promise<void> {
    const { path } = this;
    if (await isHeldByEtcd(stats)) {
      const nextStep = "take a snapshot with 'etcdctl snapshot save' and scan that, or stop the member";
      reading.reasons.add(
        "held-by-etcd",
        `${path} is held by a running etcd, which changes pages as it likes; ${nextStep}`,
      );
      return;
    }
    const after = await findMeta(path, readAt).catch(() => undefined);
    if (after?.txid !== reading.meta.txid) {
      reading.reasons.add("changed-while-read", `${path} was changed while it was read; scan a snapshot of it instead`);
    }
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error;
}

/** Takes the leaf pages of the key bucket that the walk has marked, and fills batches with their records. */
class ReachableLeaves implements PageStreamVisitor {
  private readonly reading: SnapshotReading;
  private readonly pageUse: Uint8Array;
  private readonly sink: RecordSink;
  private readonly batch = new RecordBatch();

  constructor(reading: SnapshotReading, pageUse: Uint8Array, sink: RecordSink) {
    this.reading = reading;
    this.pageUse = pageUse;
    this.sink = sink;
  }

  pagesWanted(view: DataView, offset: number, pgid: number): number {
    if (this.pageUse[pgid] !== PAGE_STREAMED_LEAF) return 0;
    if (!isHeaderOf(view, offset, pgid) || readFlags(view, offset) !== LEAF_PAGE) {
      this.reading.damaged(pgid, `page ${pgid} should be a leaf page of the key bucket, and is none`);
      return 0;
    }
    const pageCount = readOverflow(view, offset) + 1;
    if (pgid + pageCount <= this.pageUse.length && pageCount * this.reading.meta.pageSize <= LONGEST_RUN)
      return pageCount;
    this.reading.damaged(pgid, `page ${pgid} claims to run over ${pageCount} pages, more than there are`);
    return 0;
  }

  visitRun(run: PageRun): void {
    if (run.pageCount > 1 && !this.claimRun(run)) return;
    if (this.batch.bytes !== run.bytes) {
      this.flush();
      this.batch.reset(run.bytes);
    }
    const { reading } = this;
    const newest = reading.records.appendTo(this.batch, run, (...damage) => reading.recordDamaged(...damage));
    reading.newestRevision = Math.max(reading.newestRevision, newest);
  }

  /** Hands over what is gathered: before the buffer is reused. */
  flush(): void {
    if (this.batch.count > 0) this.sink.add(this.batch);
    this.batch.reset(new Uint8Array(0));
  }

  /** Marks the later pages of a run as used; they are the run's alone in a sound file. */
  private claimRun({ pgid, pageCount }: PageRun): boolean {
    const { pageUse, reading } = this;
    const end = pgid + pageCount;
    if (pageUse.subarray(pgid + 1, end).some((use) => use !== PAGE_FREE)) {
      reading.damaged(pgid, `page ${pgid} claims to run over pages that are used otherwise`);
      return false;
    }
    pageUse.fill(PAGE_USED, pgid + 1, end);
    return true;
  }
}
