import { open } from "node:fs/promises";
import { AuditError } from "../errors.ts";
import type { FolderListing, ListedFile } from "./data-directory-folder.ts";
import { OpenFile, readBytes } from "./seekable-file.ts";
import { findMeta } from "./snapshot-meta.ts";

/**
 * What a database in `member/snap` is (etcd server/etcdserver/api/snap/db.go, server/storage/backend/backend.go):
 * the member's own, a snapshot received from the leader, one whose reception was interrupted, what an interrupted
 * defragmentation left, or a copy that someone put there.
 */
type DatabaseKind = "member" | "received" | "partly-received" | "partly-defragmented" | "copy";

/** A bbolt file in a data directory. */
export interface StoredDatabase {
  readonly kind: DatabaseKind;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

const MEMBER_DATABASE = "db";
/** Snapshots of etcd's API version 2 and of the membership: they hold no keys of version 3. */
const RAFT_SNAPSHOT = /\.snap$/;
const KIND_BY_NAME: readonly (readonly [RegExp, DatabaseKind])[] = [
  [/\.snap\.db$/, "received"],
  [/^db\.tmp/, "partly-defragmented"],
  [/^tmp/, "partly-received"],
];

/**
 * The databases among the files of `member/snap`, the member's own first: those that etcd names so, and all that are
 * bbolt files by their content. Left-over files that are empty are none.
 */
export async function findDatabases(snap: FolderListing): Promise<readonly StoredDatabase[]> {
  const found: StoredDatabase[] = [];
  for (const file of snap.files) {
    const kind = await kindOf(file);
    if (kind === "member") found.unshift({ kind, path: file.path, size: file.size });
    else if (kind !== undefined) found.push({ kind, path: file.path, size: file.size });
  }
  return found;
}

async function kindOf(file: ListedFile): Promise<DatabaseKind | undefined> {
  if (file.name === MEMBER_DATABASE) return "member";
  if (file.size === 0 || RAFT_SNAPSHOT.test(file.name)) return undefined;
  const named = KIND_BY_NAME.find(([pattern]) => pattern.test(file.name));
  if (named !== undefined) return named[1];
  return (await isDatabase(file.path)) ? "copy" : undefined;
}

/** Whether a file has one of bbolt's two meta pages; a file that can't be looked at counts as one that has. */
async function isDatabase(path: string): Promise<boolean> {
  const handle = await open(path, "r").catch(() => undefined);
  try {
    if (handle === undefined) return true;
    const file = new OpenFile(handle);
    findMeta(path, (offset, length) => readBytes(file, offset, length));
    return true;
  } catch (error) {
    return !(error instanceof AuditError && error.code === "NOT_A_SNAPSHOT");
  } finally {
    await handle?.close();
  }
}
