import type { BigIntStats } from "node:fs";
import type { Meta } from "../bbolt/meta.ts";
import { PageStream } from "../bbolt/page-stream.ts";
import type { Reachability } from "../bbolt/reachability.ts";
import type { TrailingDigest } from "../bytes/trailing-hash.ts";
import type { RecordSink } from "../model/record-sink.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import { type ContentHash, readThrough } from "./content-hash.ts";
import { FileLeaves } from "./file-leaves.ts";
import { FilePages } from "./file-pages.ts";
import { isHeldByEtcd } from "./held-by-etcd.ts";
import { InputFailed } from "./input-failed.ts";
import { readBytes, type SeekableFile } from "./seekable-file.ts";
import { findMeta } from "./snapshot-meta.ts";
import { SnapshotReading } from "./snapshot-reading.ts";
import type { ReadOptions, Source } from "./source.ts";
import { refuseUnreadable } from "./system-error.ts";

/**
 * An uncompressed snapshot, or a member's database, in a file that can be sought: the branch pages are read first,
 * so that the one pass in file order knows which leaf pages count.
 */
export class SnapshotFile implements Source {
  private readonly path: string;
  private readonly file: SeekableFile;
  private readonly nameInFindings: string | null;
  private readonly openHash: (size: number) => ContentHash;

  /** @param nameInFindings its path, where the file is one of several; else null */
  constructor(
    path: string,
    file: SeekableFile,
    openHash: (size: number) => ContentHash,
    nameInFindings: string | null = null,
  ) {
    this.nameInFindings = nameInFindings;
    this.path = path;
    this.file = file;
    this.openHash = openHash;
  }

  async read(sink: RecordSink, options: ReadOptions): Promise<SourceFacts> {
    const { path, file } = this;
    const stats = await file.stat();
    const size = Number(stats.size);
    const meta = this.meta();
    const reading = new SnapshotReading(path, meta, { readsFreed: options.residue, file: this.nameInFindings });
    reading.checkLength(size);
    // Its thread starts while the tree is walked.
    const hash = this.openHash(size);
    const reached = await this.walk(reading, size).catch(async (error: unknown) => {
      await hash.finish();
      throw error;
    });
    sink.learnCompactRevision(reading.store.compactRevision ?? 0);
    const { digest, hasSameLength } = await this.pass(reading, reached, sink, size, hash, options);
    await this.checkUnchanged(reading, stats, hasSameLength);
    const sha256 = digest?.whole ?? null;
    return reading.facts(path, sha256, sha256, reached.pageUse);
  }

  /** @throws AuditError when there is none, or it can't be read */
  private meta(): Meta {
    const { path, file } = this;
    try {
      return findMeta(path, (offset, length) => readBytes(file, offset, length));
    } catch (error) {
      return refuseUnreadable(path)(error);
    }
  }

  private async walk(reading: SnapshotReading, size: number): Promise<Reachability> {
    const { pageSize, highWaterMark } = reading.meta;
    const pages = new FilePages(this.file, pageSize, Math.min(highWaterMark, Math.floor(size / pageSize)));
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
      await readThrough(this.file, hash, signal, (chunk) => {
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
    if (this.transactionNow() !== meta.txid || !hasSameLength)
      reasons.add("changed-while-read", `${path} was changed while it was read; scan a snapshot of it instead`);
  }

  /** undefined when its meta pages can't be read any more. */
  private transactionNow(): number | undefined {
    try {
      return this.meta().txid;
    } catch {
      return undefined;
    }
  }
}
