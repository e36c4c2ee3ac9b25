import type { BigIntStats } from "node:fs";
import type { Meta } from "../bbolt/meta.ts";
import type { Reachability } from "../bbolt/reachability.ts";
import type { TrailingDigest } from "../bytes/trailing-hash.ts";
import type { RecordSink } from "../engine/record-sink.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import type { ContentHash, OpenHash } from "./content-hash.ts";
import { FilePages } from "./file-pages.ts";
import { FileWalk } from "./file-walk.ts";
import { withHashedWindow } from "./hashed-window.ts";
import { isHeldByEtcd } from "./held-by-etcd.ts";
import { InputFailed } from "./input-failed.ts";
import type { PageWindow } from "./page-window.ts";
import { readThrough } from "./read-through.ts";
import { readBytes, type SeekableFile } from "./seekable-file.ts";
import { findMeta } from "./snapshot-meta.ts";
import { SnapshotReading } from "./snapshot-reading.ts";
import type { ReadOptions, Source } from "./source.ts";
import { refuseUnreadable } from "./system-error.ts";

/** What came of reading a file to its end. */
interface PassOutcome {
  /** Undefined when it was not read to its end. */
  readonly digest: TrailingDigest | undefined;
  readonly hasSameLength: boolean;
  /** Whether a running etcd held it then. */
  readonly isHeld: boolean;
}

/**
 * An uncompressed snapshot, or a member's database, in a file that can be sought: the branch pages are read first,
 * so that the one pass in file order knows which leaf pages count.
 */
export class SnapshotFile implements Source {
  private readonly path: string;
  private readonly file: SeekableFile;
  private readonly nameInFindings: string | null;
  private readonly openHash: OpenHash;

  /** @param nameInFindings its path, where the file is one of several; else null */
  constructor(path: string, file: SeekableFile, openHash: OpenHash, nameInFindings: string | null = null) {
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
    // A thread that hashes starts while the tree is walked.
    return withHashedWindow(options.engine, this.openHash, size, async (window, hash) => {
      const reached = await this.walk(reading, size);
      sink.learnCompactRevision(reading.store.compactRevision ?? 0);
      const walk = new FileWalk(options.engine, reading, reached.pageUse, Math.floor(size / meta.pageSize), sink);
      if (reached.inlineLeaf !== undefined) walk.takeInline(reached.inlineLeaf);
      const { digest, hasSameLength, isHeld } = await this.pass(reading, walk, window, hash, stats, options);
      walk.finish();
      this.checkUnchanged(reading, isHeld, hasSameLength);
      const sha256 = digest?.whole ?? null;
      return reading.facts(path, sha256, sha256, reached.pageUse);
    });
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

  /** Reads the file front to back. */
  private async pass(
    reading: SnapshotReading,
    walk: FileWalk,
    window: PageWindow,
    hash: ContentHash,
    stats: BigIntStats,
    { signal, onProgress }: ReadOptions,
  ): Promise<PassOutcome> {
    const { path } = this;
    const size = Number(stats.size);
    let length = 0;
    let failure: unknown;
    try {
      await readThrough(this.file, window, hash, signal, (chunkLength) => {
        window.endChunk(walk, reading.meta.pageSize);
        length += chunkLength;
        onProgress(length, size);
      });
    } catch (error) {
      failure = error;
    }
    const [digest, isHeld] = await Promise.all([hash.finish(), isHeldByEtcd(stats)]);
    if (failure instanceof InputFailed) {
      const what = `reading failed at byte ${length} (${failure.code})`;
      reading.missingFrom(length, "read-failed", `${path}: ${what}; get the file again`);
      return { digest: undefined, hasSameLength: true, isHeld };
    }
    if (failure !== undefined) throw failure;
    if (signal.aborted) {
      reading.missingFrom(length, "interrupted", `${path}: interrupted at byte ${length} of ${size}`);
      return { digest: undefined, hasSameLength: true, isHeld };
    }
    if (length !== size) return { digest: undefined, hasSameLength: false, isHeld };
    reading.checkHash(length, digest);
    return { digest, hasSameLength: true, isHeld };
  }

  /** A database that etcd writes to while it is read gives a view that never was. */
  private checkUnchanged({ meta, reasons }: SnapshotReading, isHeld: boolean, hasSameLength: boolean): void {
    const { path } = this;
    if (isHeld) {
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
