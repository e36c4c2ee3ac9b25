import type { BigIntStats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { PageStream } from "../bbolt/page-stream.ts";
import type { Reachability } from "../bbolt/reachability.ts";
import type { TrailingDigest } from "../bytes/trailing-hash.ts";
import type { RecordSink } from "../model/record-sink.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import type { ContentHash } from "./content-hash.ts";
import { FileLeaves } from "./file-leaves.ts";
import { FilePages, readFully } from "./file-pages.ts";
import { isHeldByEtcd } from "./held-by-etcd.ts";
import { InputFailed } from "./input-failed.ts";
import { findMeta, type ReadAt } from "./snapshot-meta.ts";
import { SnapshotReading } from "./snapshot-reading.ts";
import type { ReadOptions, Source } from "./source.ts";
import { refuseUnreadable } from "./system-error.ts";

/**
 * An uncompressed snapshot, or a member's database, in a file that can be sought: the branch pages are read first,
 * so that the one pass in file order knows which leaf pages count.
 */
export class SnapshotFile implements Source {
  private readonly path: string;
  private readonly handle: FileHandle;
  private readonly file: string | null;
  private readonly openHash: (size: number) => ContentHash;

  /** @param file path in findings, where the file is one of several; else null */
  constructor(path: string, handle: FileHandle, openHash: (size: number) => ContentHash, file: string | null = null) {
    this.file = file;
    this.path = path;
    this.handle = handle;
    this.openHash = openHash;
  }

  async read(sink: RecordSink, options: ReadOptions): Promise<SourceFacts> {
    const { path, handle } = this;
    const stats = await handle.stat({ bigint: true });
    const size = Number(stats.size);
    const readAt: ReadAt = (offset, length) => readFully(handle, offset, length);
    const meta = await findMeta(path, readAt).catch(refuseUnreadable(path));
    const reading = new SnapshotReading(path, meta, { readsFreed: options.residue, file: this.file });
    reading.checkLength(size);
    // Its thread starts while the tree is walked.
    const hash = this.openHash(size);
    const reached = await this.walk(reading, size).catch(async (error: unknown) => {
      await hash.finish();
      throw error;
    });
    sink.learnCompactRevision(reading.store.compactRevision ?? 0);
    const { digest, hasSameLength } = await this.pass(reading, reached, sink, size, hash, options);
    await this.checkUnchanged(reading, readAt, stats, hasSameLength);
    const sha256 = digest?.whole ?? null;
    return reading.facts(path, sha256, sha256, reached.pageUse);
  }

  private async walk(reading: SnapshotReading, size: number): Promise<Reachability> {
    const { pageSize, highWaterMark } = reading.meta;
    const pages = new FilePages(this.handle, pageSize, Math.min(highWaterMark, Math.floor(size / pageSize)));
    const reached = await reading.walk(pages);
    if (pages.failure !== undefined) {
      const what = `reading a page failed (${pages.failure.code})`;
      reading.reasons.add("read-failed", `${this.path}: ${what}; copy the file to a sound disk, or get it again`);
    }
    reading.refuseOtherDatabases(reached.bucketNames);
    return reached;
  }

  /** Reads the file front to back. The digest is undefined when it was not read to its end. */
  private async pass(
    reading: SnapshotReading,
    reached: Reachability,
    sink: RecordSink,
    size: number,
    hash: ContentHash,
    { signal, onProgress }: ReadOptions,
  ): Promise<{ readonly digest: TrailingDigest | undefined; readonly hasSameLength: boolean }> {
    const { path } = this;
    const pageCount = Math.floor(size / reading.meta.pageSize);
    const leaves = new FileLeaves(reading, reached.pageUse, pageCount, sink);
    if (reached.inlineLeaf !== undefined) leaves.visitRun(reached.inlineLeaf);
    const stream = new PageStream(reading.meta.pageSize, leaves);
    let length = 0;
    let failure: unknown;
    try {
      await hash.readFile(this.handle, signal, (chunk) => {
        stream.push(chunk);
        leaves.flush();
        length += chunk.length;
        onProgress(length, size);
      });
    } catch (error) {
      failure = error;
    }
    // Also when reading failed: the hash may have a thread, which nothing else ends.
    const digest = await hash.finish();
    if (failure instanceof InputFailed) {
      const what = `reading failed at byte ${length} (${failure.code})`;
      reading.missingFrom(length, "read-failed", `${path}: ${what}; get the file again`);
      return { digest: undefined, hasSameLength: true };
    }
    if (failure !== undefined) throw failure;
    if (signal.aborted) {
      reading.missingFrom(length, "interrupted", `${path}: interrupted at byte ${length} of ${size}`);
      return { digest: undefined, hasSameLength: true };
    }
    if (length !== size) return { digest: undefined, hasSameLength: false };
    reading.checkHash(length, digest);
    return { digest, hasSameLength: true };
  }

  /** A database that etcd writes to while it is read gives a view that never was. */
  private async checkUnchanged(
    { meta, reasons }: SnapshotReading,
    readAt: ReadAt,
    stats: BigIntStats,
    hasSameLength: boolean,
  ): Promise<void> {
    const { path } = this;
    if (await isHeldByEtcd(stats)) {
      const what = `${path} is held by a running etcd, which changes pages as it likes`;
      const nextStep = "take a snapshot with 'etcdctl snapshot save' and scan that, or stop the member";
      reasons.add("held-by-etcd", `${what}; ${nextStep}`);
      return;
    }
    const after = await findMeta(path, readAt).catch(() => undefined);
    if (after?.txid !== meta.txid || !hasSameLength)
      reasons.add("changed-while-read", `${path} was changed while it was read; scan a snapshot of it instead`);
  }
}
