import { outOfBounds } from "../bbolt/elements.ts";
import type { Meta } from "../bbolt/meta.ts";
import type { PageRun } from "../bbolt/page.ts";
import { PAGE_FREE, type Reachability, walkBuckets } from "../bbolt/reachability.ts";
import type { TreePages } from "../bbolt/tree-pages.ts";
import { TRAILER_LENGTH, type TrailingDigest } from "../bytes/trailing-hash.ts";
import type { Engine } from "../engine/engine.ts";
import { recordProblem } from "../engine/problems.ts";
import type { Records } from "../engine/records.ts";
import { AuditError } from "../errors.ts";
import { isEtcdDatabase, KEY_BUCKET, StoreFacts } from "../etcd/schema.ts";
import type { IncompleteCode, SourceFacts } from "../model/source-facts.ts";
import { IncompleteReasons } from "./incomplete.ts";

/** What reading a snapshot gathers, whether it is a file or a stream. */
export class SnapshotReading {
  readonly name: string;
  readonly meta: Meta;
  readonly reasons = new IncompleteReasons();
  readonly store = new StoreFacts();
  /** Whether freed pages and the file's tail are read too. */
  readonly readsFreed: boolean;
  /** Path of the file in findings, where a source has several; else null. */
  readonly file: string | null;
  /** Freed pages of which no key can be told. */
  headlessPages = 0;
  /** The newest main revision of any record of the store. */
  private newestRevision = 0;
  /** Whether every page that the tree names was found to be what it should be. */
  private isTreeWhole = true;
  /** From this byte on, pages are not at hand. */
  private endsAt = Number.POSITIVE_INFINITY;

  constructor(name: string, meta: Meta, options: { readonly readsFreed: boolean; readonly file: string | null }) {
    this.readsFreed = options.readsFreed;
    this.file = options.file;
    this.name = name;
    this.meta = meta;
  }

  /** Walks all buckets: takes what the small ones tell, and finds the pages that are in use. */
  async walk(pages: TreePages): Promise<Reachability> {
    const { store } = this;
    const reached = await walkBuckets(
      pages,
      this.meta,
      KEY_BUCKET,
      (...entry) => store.take(...entry),
      ({ pgid, message }) => this.damaged(pgid, message),
    );
    if (store.compactRevision === null || store.scheduledCompactRevision === null) {
      const what = "the compact revision in the bucket 'meta' can't be read";
      this.reasons.add("record-damaged", `${this.name}: ${what}; get the file again`);
    }
    // Where pages are lost, an entry that was not met may lie on one of them.
    if (!this.isTreeWhole) store.forgetUnset();
    return reached;
  }

  /**
   * Adds the records of a leaf page that is in use and lies elsewhere than in the engine's memory.
   * @param onRead to hand the records over, whose bytes are there so long
   */
  readLeaf(engine: Engine, leaf: PageRun, records: Records, onRead: () => void): void {
    const { pgid, offset, length } = leaf;
    // Only an inline bucket may be empty: bbolt removes a page that has lost its last element (node.go: rebalance).
    if (leaf.count === 0 && leaf.pageCount > 0) this.recordDamaged(pgid, 0, "its page has no elements");
    engine.host.onProblem = (...problem) => this.recordProblem(...problem);
    const page = engine.place(leaf.bytes.subarray(offset, offset + length));
    const firstBad = engine.exports.readLeaf(page, length, pgid, pgid, records.list);
    if (firstBad !== -1) this.recordDamaged(pgid, firstBad, outOfBounds(firstBad));
    this.noteNewest(engine.exports.newestRevision.value);
    onRead();
    engine.exports.release(page);
  }

  /** Takes note of the newest main revision of some records of the store. */
  noteNewest(revision: number): void {
    this.newestRevision = Math.max(this.newestRevision, revision);
  }

  /** Takes note of a record of a leaf page in use that can't be read; `problem` is the engine's. */
  recordProblem(pgid: number, element: number, problem: number): void {
    this.recordDamaged(pgid, element, `it can't be read (${recordProblem(problem)})`);
  }

  /** Takes note of an element of a leaf page in use that can't be read. */
  recordDamaged(pgid: number, element: number, message: string): void {
    const place = `page ${pgid}, element ${element} (offset ${pgid * this.meta.pageSize})`;
    this.reasons.add("record-damaged", `${this.name}: ${place}: ${message}`);
  }

  /** Takes note of a page that is not what the tree says it is. */
  damaged(pgid: number, message: string): void {
    const { pageSize } = this.meta;
    this.isTreeWhole = false;
    // What did not come is missing, which has been told, and not damaged as well.
    if ((pgid + 1) * pageSize > this.endsAt) return;
    this.reasons.add("page-damaged", `${this.name}: ${message} (offset ${pgid * pageSize})`);
  }

  /** Takes note that pages from byte `offset` on are not at hand: the data, or reading it, ended too early. */
  missingFrom(offset: number, code: IncompleteCode, message: string): void {
    this.isTreeWhole = false;
    this.endsAt = Math.min(this.endsAt, offset);
    this.reasons.add(code, message);
  }

  /**
   * Judges the length of the data in bytes: whole pages up to the high-water mark, and perhaps a SHA-256 of them after
   * that.
   */
  checkLength(length: number): void {
    const { pageSize, highWaterMark } = this.meta;
    const missing = highWaterMark * pageSize - length;
    if (missing > 0) {
      const what = `ends at byte ${length}, and its database needs ${missing} more`;
      this.missingFrom(length, "truncated", `${this.name} is truncated: it ${what}; get the file again`);
    } else if (length % pageSize !== 0 && length % pageSize !== TRAILER_LENGTH) {
      const what = "it was cut or something was added";
      this.reasons.add("truncated", `${this.name} ends within a page, at byte ${length}: ${what}; get the file again`);
    }
  }

  /** Compares the SHA-256 at the end of the data, where there is one, with that of the rest. */
  checkHash(length: number, { trailer, withoutTrailer }: TrailingDigest): void {
    const { pageSize, highWaterMark } = this.meta;
    const hasTrailer = length > highWaterMark * pageSize && length % pageSize === TRAILER_LENGTH;
    if (!hasTrailer || trailer === withoutTrailer) return;
    const what = "the SHA-256 at its end is not that of its content: the file was changed or damaged";
    this.reasons.add("hash-mismatch", `${this.name}: ${what}; get it again`);
  }

  /**
   * @throws AuditError NOT_AN_ETCD_DATABASE for a sound bbolt file of another program
   */
  refuseOtherDatabases(bucketNames: readonly string[]): void {
    if (isEtcdDatabase(bucketNames) || this.reasons.listed.length > 0) return;
    const message = `${this.name} is a bbolt file, but not etcd's: it has no buckets 'key' and 'meta'`;
    const nextStep = "give a file that 'etcdctl snapshot save' wrote, or a member's snap/db";
    throw new AuditError("NOT_AN_ETCD_DATABASE", message, { nextStep });
  }

  /**
   * Everything learned of the source.
   * @param sha256 hex, of the file as it lies there; null, as `contentSha256` is, when it was not read to its end
   * @param pageUse what the walk and the pass have marked
   */
  facts(path: string, sha256: string | null, contentSha256: string | null, pageUse: Uint8Array): SourceFacts {
    const { pageSize, highWaterMark } = this.meta;
    const { compactRevision, scheduledCompactRevision, etcdVersion, consistentIndex } = this.store;
    return {
      kind: "snapshot",
      endpoints: null,
      path,
      sha256,
      contentSha256,
      clusterId: null,
      etcdVersion,
      // After a compaction of the newest revisions themselves etcd takes the compact revision for its head
      // (server/storage/mvcc/kvstore.go: restore).
      revision: Math.max(1, this.newestRevision, compactRevision ?? 0),
      compactRevision,
      scheduledCompactRevision,
      ...(consistentIndex === null ? {} : { consistentIndex }),
      dbSize: highWaterMark * pageSize,
      dbSizeInUse: this.isTreeWhole ? usedPages(pageUse, highWaterMark) * pageSize : null,
      readsHistory: true,
      readsFreePages: this.readsFreed,
      readsTail: this.readsFreed,
      readsWal: false,
      differingMembers: [],
      unattributedBytes: this.readsFreed ? this.headlessPages * pageSize : null,
      looksOutsidePrefixes: true,
      incompleteReasons: this.reasons.listed,
      furtherIncompleteReasons: this.reasons.further,
    };
  }
}

function usedPages(pageUse: Uint8Array, highWaterMark: number): number {
  let used = 0;
  const end = Math.min(pageUse.length, highWaterMark);
  for (let pgid = 0; pgid < end; pgid++) if (pageUse[pgid] !== PAGE_FREE) used++;
  return used;
}
