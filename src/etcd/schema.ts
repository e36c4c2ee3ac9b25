import { safeBigEndian64 } from "../bytes/int64.ts";
import { isRevisionKey, mainRevision } from "./revision-key.ts";

/** The bucket of all revisions (etcd server/storage/schema/bucket.go). */
export const KEY_BUCKET = "key";
const META_BUCKET = "meta";
const CLUSTER_BUCKET = "cluster";
/** Buckets that every etcd 3 database has. */
const ETCD_BUCKETS: readonly string[] = [KEY_BUCKET, META_BUCKET];

const VERSION_TEXT = /^\d{1,4}\.\d{1,4}(\.\d{1,6})?$/;

/** Whether the buckets of a bbolt file are those of an etcd database. */
export function isEtcdDatabase(bucketNames: readonly string[]): boolean {
  return ETCD_BUCKETS.every((name) => bucketNames.includes(name));
}

/** What the small buckets tell of a store. Revisions are numbers: 0 when never set, null when they can't be read. */
export class StoreFacts {
  /** Superseded revisions below it are gone (`finishedCompactRev`). */
  compactRevision: number | null = 0;
  /** The compaction last asked for (`scheduledCompactRev`). */
  scheduledCompactRevision: number | null = 0;
  /** Raft index up to which the store holds all writes (`consistent_index`); null when it is not told. */
  consistentIndex: number | null = null;
  private storageVersion: string | null = null;
  private clusterVersion: string | null = null;

  /** Version of the storage (3.6 and newer) or, before that, of the cluster; null when neither is there. */
  get etcdVersion(): string | null {
    return this.storageVersion ?? this.clusterVersion;
  }

  /** Says that entries may have been lost: what was not met was then not learned. */
  forgetUnset(): void {
    if (this.compactRevision === 0) this.compactRevision = null;
    if (this.scheduledCompactRevision === 0) this.scheduledCompactRevision = null;
  }

  /** Takes one entry of any bucket; those of no interest are passed over. */
  take(bucket: string, key: Uint8Array, value: Uint8Array): void {
    if (bucket !== META_BUCKET && bucket !== CLUSTER_BUCKET) return;
    switch (`${bucket}/${text(key)}`) {
      case "meta/finishedCompactRev":
        this.compactRevision = revisionOf(value);
        break;
      case "meta/scheduledCompactRev":
        this.scheduledCompactRevision = revisionOf(value);
        break;
      case "meta/consistent_index":
        this.consistentIndex = indexOf(value);
        break;
      case "meta/storageVersion":
        this.storageVersion = versionOf(value);
        break;
      case "cluster/clusterVersion":
        this.clusterVersion = versionOf(value);
        break;
    }
  }
}

/** A compact revision has the form of a record's key (etcd server/storage/mvcc/store.go: UnsafeReadFinishedCompact). */
function revisionOf(value: Uint8Array): number | null {
  if (!isRevisionKey(value, 0, value.length)) return null;
  try {
    return mainRevision(value, 0);
  } catch {
    return null;
  }
}

function indexOf(value: Uint8Array): number | null {
  try {
    return value.length === 8 ? safeBigEndian64(value, 0) : null;
  } catch {
    return null;
  }
}

function versionOf(value: Uint8Array): string | null {
  const version = text(value);
  return VERSION_TEXT.test(version) ? version : null;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
