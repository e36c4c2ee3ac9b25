import { type BboltFile, type BboltFileOptions, bboltFile } from "./bbolt-file.ts";
import type { Bucket } from "./bucket.ts";
import { bytesOf, type EtcdRecord, keyValueMessage, revisionKey } from "./etcd-record.ts";
import { type LeafElement, viewOf } from "./page.ts";

/** An etcd database: its records and what its `meta` bucket says; the rest as in `BboltFileOptions`. */
export interface EtcdSnapshotOptions extends Omit<BboltFileOptions, "buckets"> {
  readonly records: readonly EtcdRecord[];
  /** `finishedCompactRev`; absent: never compacted. */
  readonly compactRevision?: number;
  /** `scheduledCompactRev`; the compact revision unless told. */
  readonly scheduledCompactRevision?: number;
  /** Text such as `3.6.0`, or null for etcd before 3.6; `3.6.0` unless told. */
  readonly storageVersion?: string | null;
  /** Further buckets, or others in place of those etcd makes. */
  readonly buckets?: ReadonlyMap<string, Bucket>;
}

/** The buckets that an etcd server makes beside `key` and `meta` (etcd server/storage/schema/bucket.go). */
const EMPTY_BUCKETS = ["alarm", "auth", "authRoles", "authUsers", "cluster", "lease", "members", "members_removed"];

/** A snapshot as `etcdctl snapshot save` writes it (with `trailer: false` a member's `db`), with these records. */
export function etcdSnapshot(options: EtcdSnapshotOptions): BboltFile {
  const buckets = new Map<string, Bucket>(EMPTY_BUCKETS.map((name) => [name, {}]));
  buckets.set("key", { entries: options.records.map(recordElement), form: "tree" });
  buckets.set("meta", { entries: metaEntries(options) });
  for (const [name, bucket] of options.buckets ?? []) buckets.set(name, bucket);
  return bboltFile({ ...options, buckets });
}

/** The leaf element of a record in the `key` bucket. */
function recordElement(record: EtcdRecord): LeafElement {
  return { key: revisionKey(record.revision, record.sub, record.tombstone), value: keyValueMessage(record) };
}

function metaEntries(options: EtcdSnapshotOptions): LeafElement[] {
  const head = Math.max(1, ...options.records.map((record) => record.revision));
  const scheduled = options.scheduledCompactRevision ?? options.compactRevision;
  const storageVersion = options.storageVersion === undefined ? "3.6.0" : options.storageVersion;
  return [
    entry("confState", '{"voters":[10276657743932975437],"auto_leave":false}'),
    entry("consistent_index", uint64(head + 3)),
    ...(options.compactRevision === undefined
      ? []
      : [entry("finishedCompactRev", revisionKey(options.compactRevision))]),
    ...(scheduled === undefined ? [] : [entry("scheduledCompactRev", revisionKey(scheduled))]),
    ...(storageVersion === null ? [] : [entry("storageVersion", storageVersion)]),
    entry("term", uint64(2)),
  ];
}

function entry(key: string, value: string | Uint8Array): LeafElement {
  return { key: bytesOf(key), value: bytesOf(value) };
}

function uint64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  viewOf(bytes).setBigUint64(0, BigInt(value));
  return bytes;
}
