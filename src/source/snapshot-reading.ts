import type { Meta } from "../bbolt/meta.ts";
import { PAGE_FREE } from "../bbolt/reachability.ts";
import { TRAILER_LENGTH, type TrailingDigest } from "../bytes/trailing-hash.ts";
import { AuditError } from "../errors.ts";
import { LeafRecordReader } from "../etcd/leaf-records.ts";
import { isEtcdDatabase, StoreFacts } from "../etcd/schema.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import { IncompleteReasons } from "./incomplete.ts";

/** What reading a snapshot gathers, whether it is a file or a stream. */
export class SnapshotReading {
  readonly name: string;
  readonly meta: Meta;
  readonly reasons = new IncompleteReasons();
  readonly store = new StoreFacts();
  readonly records = new LeafRecordReader();
  /** The newest main revision of any record of the store. */
  newestRevision = 0;

  constructor(name: string, meta: Meta) {
    this.name = name;
    this.meta = meta;
  }

  recordDamaged(pgid: number, element: number, message: string): void {
    const place = `page ${pgid}, element ${element} (offset ${pgid * this.meta.pageSize})`;
    this.reasons.add("record-damaged", `${this.name}: ${place}: ${message}`);
  }

  damaged(pgid: number, message: string): void {
    this.reasons.add("page-damaged", `${this.name}: ${message} (offset ${pgid * this.meta.pageSize})`);
  }

  /**
   * Judges the length of the data: whole pages up to the high-water mark, and perhaps a SHA-256 of them after that.
   * @param length bytes of the uncompressed data
   */
  checkLength(length: number, digest: TrailingDigest | undefined): void {
    const { pageSize, highWaterMark } = this.meta;
    const missing = highWaterMark * pageSize - length;
    if (missing > 0) {
      this.reasons.add(
        "truncated",
        `${this.name} is truncated: it ends at byte ${length}, and its database needs ${missing} more; get the file again`,
      );
    } else if (length % pageSize === TRAILER_LENGTH) {
      if (digest !== undefined && digest.trailer !== digest.withoutTrailer) {
        this.reasons.add(
          "hash-mismatch",
          `${this.name}: the SHA-256 at its end is not that of its content: the file was changed or damaged; get it again`,
        );
      }
    } else if (length % pageSize !== 0) {
      this.reasons.add(
        "truncated",
        `${this.name} ends within a page, at byte ${length}: it was cut or something was added; get the file again`,
      );
    }
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

  /** Everything learned of the source. `pageUse` is undefined when the pages could not be told apart. */
  facts(
    path: string,
    sha256: string | null,
    contentSha256: string | null,
    pageUse: Uint8Array | undefined,
  ): SourceFacts {
    const { pageSize, highWaterMark } = this.meta;
    const { compactRevision, scheduledCompactRevision, etcdVersion } = this.store;
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
      revision: Math.max(1, this.newestRevision, compactRevision),
      compactRevision,
      scheduledCompactRevision,
      dbSize: highWaterMark * pageSize,
      dbSizeInUse: pageUse === undefined ? null : usedPages(pageUse, highWaterMark) * pageSize,
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
