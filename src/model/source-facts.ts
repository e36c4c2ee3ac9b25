/** Why a source was not seen whole. Closed: reports and exit codes depend on it. */
export type IncompleteCode =
  | "truncated"
  | "page-damaged"
  | "record-damaged"
  | "hash-mismatch"
  | "gzip-damaged"
  | "changed-while-read"
  | "held-by-etcd"
  | "read-failed"
  | "not-settled"
  | "nothing-under-prefix"
  | "unlooked-prefix"
  | "writes-ahead"
  | "no-such-resource"
  | "no-such-namespace"
  | "stored-elsewhere"
  | "kms-plugin"
  | "permission-denied"
  | "lost-connection"
  | "compacted-meanwhile"
  | "member-lags"
  | "other-cluster"
  | "interrupted"
  | "told-by-a-report";

/** One reason, in one line: what was not seen, where, and what to do next. */
export interface IncompleteReason {
  readonly code: IncompleteCode;
  readonly message: string;
}

/** What was learned of one source, apart from its values. Revisions are numbers, sizes are bytes. */
export interface SourceFacts {
  readonly kind: "live" | "snapshot" | "data-dir" | "kine";
  readonly endpoints: readonly string[] | null;
  readonly path: string | null;
  /** Hex SHA-256 of the file as it lies there. */
  readonly sha256: string | null;
  /** Hex SHA-256 of the snapshot itself, unpacked when the file is compressed. */
  readonly contentSha256: string | null;
  /** Lower-case hex; a snapshot file does not tell it. */
  readonly clusterId: string | null;
  readonly etcdVersion: string | null;
  /** The newest revision of the store. */
  readonly revision: number | null;
  /** Superseded revisions below it have been removed; 0: never compacted; null: not learned. */
  readonly compactRevision: number | null;
  /** Higher than the compact revision: a compaction was asked for and has not ended. */
  readonly scheduledCompactRevision: number | null;
  readonly dbSize: number | null;
  readonly dbSizeInUse: number | null;
  /** Whether superseded revisions were read. */
  readonly readsHistory: boolean;
  /** Whether freed pages, the bytes after the last page in use, and WAL files were read. */
  readonly readsFreePages: boolean;
  readonly readsTail: boolean;
  readonly readsWal: boolean;
  /** Freed bytes of which no key can be told; null where they were not looked at. */
  readonly unattributedBytes: number | null;
  /** Endpoints of one cluster whose hashes of the same revisions differ; empty where they agree or were not asked. */
  readonly differingMembers: readonly string[];
  /** Whether keys outside the prefixes could be looked at: a narrow role may not. */
  readonly looksOutsidePrefixes: boolean;
  readonly incompleteReasons: readonly IncompleteReason[];
  /** Raft index up to which a database holds all writes; absent when it does not tell. */
  readonly consistentIndex?: number;
  /** Writes that the WAL holds and the database does not hold yet: etcd takes them in when it starts. */
  readonly writesAhead?: number;
  /** Reasons left out of the list above because there were too many. */
  readonly furtherIncompleteReasons: number;
}
