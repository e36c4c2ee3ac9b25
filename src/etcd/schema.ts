import { mainRevision, REVISION_KEY_LENGTH } from "./revision-key.ts";

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

/** What the small buckets tell of a store. Revisions are numbers, 0 when never set. */
export class StoreFacts {
  /** Superseded revisions below it are gone (`finishedCompactRev`). */
  compactRevision = 0;
  /** The compaction last asked for (`scheduledCompactRev`). */
  scheduledCompactRevision = 0;
  /** Version of the storage (3.6 and newer) or, before that, of the cluster; null when neither is there. */
  get etcdVersion(): string | null {
    return this.storageVersion ?? this.clusterVersion;
  }
  private storageVersion: string | null = null;
  private clusterVersion: string | null = null;

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
      case "meta/storageVersion":
        this.storageVersion = versionOf(value);
        break;
      case "cluster/clusterVersion":
        this.clusterVersion = versionOf(value);
        break;
    }
  }
}

function revisionOf(value: Uint8Array): number {
  if (value.length < REVISION_KEY_LENGTH) return 0;
  try {
    return mainRevision(value, 0);
  } catch {
    return 0;
  }
}

function versionOf(value: Uint8Array): string | null {
  const version = text(value);
  return VERSION_TEXT.test(version) ? version : null;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
