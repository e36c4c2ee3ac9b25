import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { AuditError } from "../errors.ts";
import { GZIP_MAGIC_LENGTH, isGzip } from "./byte-stream.ts";
import type { OpenHash } from "./content-hash.ts";
import { listDataDirectory } from "./data-directory.ts";
import { DataDirectorySource } from "./data-directory-source.ts";
import { OpenFile, readBytes } from "./seekable-file.ts";
import { SnapshotFile } from "./snapshot-file.ts";
import { SnapshotFromBytes } from "./snapshot-from-bytes.ts";
import type { Source } from "./source.ts";
import { refuseUnreadable } from "./system-error.ts";

/** The name of standard input on the command line. */
const STANDARD_INPUT = "-";
const OF_A_FILE = { readsResidueUnasked: true, hasWal: false } as const;
const STREAM_BUFFER_LENGTH = 1024 * 1024;

/** An opened source, to be closed whether or not it was read. */
export interface OpenedSource {
  readonly source: Source;
  /** Whether freed bytes cost little to read, and so are read where nobody says otherwise. */
  readonly readsResidueUnasked: boolean;
  /** Whether there are WAL files. */
  readonly hasWal: boolean;
  close(): Promise<void>;
}

/**
 * Opens a snapshot or database file, plain or compressed, a stopped member's data directory, or standard input; told by
 * content, not by name.
 * @param openHash makes the hash for a file of so many bytes
 * @throws AuditError FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_IS_A_FOLDER, FILE_EMPTY
 */
export async function openSnapshot(path: string, openHash: OpenHash): Promise<OpenedSource> {
  if (path === STANDARD_INPUT) {
    const source = new SnapshotFromBytes("standard input", null, process.stdin, null, openHash);
    return { source, ...OF_A_FILE, close: async () => void process.stdin.destroy() };
  }
  const handle = await openForReading(path);
  if ((await handle.stat()).isDirectory()) {
    await handle.close();
    const source = new DataDirectorySource(await listDataDirectory(path), openHash);
    return { source, readsResidueUnasked: true, hasWal: true, close: async () => undefined };
  }
  try {
    return { source: await sourceOf(path, handle, openHash), ...OF_A_FILE, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function sourceOf(path: string, handle: FileHandle, openHash: OpenHash): Promise<Source> {
  const stats = await handle.stat();
  if (stats.isFile()) {
    if (stats.size === 0)
      throw new AuditError("FILE_EMPTY", `${path} is empty`, { nextStep: "get the snapshot again" });
    const file = new OpenFile(handle);
    if (!isGzip(beginningOf(path, file))) return new SnapshotFile(path, file, openHash);
  }
  const stream = handle.createReadStream({ autoClose: false, highWaterMark: STREAM_BUFFER_LENGTH });
  return new SnapshotFromBytes(path, path, stream, stats.isFile() ? stats.size : null, openHash);
}

function beginningOf(path: string, file: OpenFile): Uint8Array {
  try {
    return readBytes(file, 0, GZIP_MAGIC_LENGTH);
  } catch (error) {
    return refuseUnreadable(path)(error);
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new AuditError("FILE_NOT_FOUND", `${path}: no such file`, { nextStep: "check the path", cause: error });
    }
    throw new AuditError("FILE_NOT_READABLE", `${path} can't be opened (${String(code)})`, {
      nextStep: "run as a user who may read it",
      cause: error,
    });
  }
}
