import type { FolderListing, ListedFile } from "./data-directory-folder.ts";

/**
 * A file with raft entries (etcd server/storage/wal). `log`: one of the sequence that the member reads when it starts;
 * `preallocated`: the next one, not yet in use (`0.tmp`); `set-aside`: a copy from before a repair (`*.broken`), or
 * of a log that was given up.
 */
export interface WalFile {
  readonly kind: "log" | "preallocated" | "set-aside";
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Place in the sequence; null but for the log itself. */
  readonly sequence: number | null;
}

/** `SEQUENCE-INDEX.wal`, both hexadecimal: the index is that of the first entry (wal/util.go: parseWALName). */
const LOG_NAME = /^([0-9a-f]{16})-[0-9a-f]{16}\.wal$/;
const PREALLOCATED_NAME = /^\d+\.tmp$/;

/** The WAL files of a folder: the log in the order of its sequence, then the others. */
export function findWalFiles(wal: FolderListing): readonly WalFile[] {
  const files = wal.files.map(walFileOf).filter((file) => file !== undefined);
  return files.sort((left, right) => rank(left) - rank(right));
}

/** The files of a log that etcd has put aside as a whole: each stands for itself. */
export function findSetAsideWalFiles(wal: FolderListing): readonly WalFile[] {
  return findWalFiles(wal).map((file) => ({ ...file, kind: "set-aside", sequence: null }));
}

/** Neighbours in the log whose sequence numbers do not follow each other: files are missing between them. */
export function findGaps(files: readonly WalFile[]): readonly (readonly [before: WalFile, after: WalFile])[] {
  const log = files.filter(({ sequence }) => sequence !== null);
  return log.flatMap((after, position) => {
    const before = log[position - 1];
    return before === undefined || rank(before) + 1 === rank(after) ? [] : [[before, after] as const];
  });
}

function walFileOf({ name, path, size }: ListedFile): WalFile | undefined {
  const sequence = LOG_NAME.exec(name)?.[1];
  if (sequence !== undefined) return { kind: "log", path, size, sequence: Number.parseInt(sequence, 16) };
  if (PREALLOCATED_NAME.test(name)) return { kind: "preallocated", path, size, sequence: null };
  return name.includes(".wal") ? { kind: "set-aside", path, size, sequence: null } : undefined;
}

function rank({ sequence }: WalFile): number {
  return sequence ?? Number.MAX_VALUE;
}
