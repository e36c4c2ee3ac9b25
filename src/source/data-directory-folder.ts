import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** A regular file, or a link to one. */
export interface ListedFile {
  readonly name: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** What a folder holds, sorted by name; pipes, sockets and devices are left out. */
export interface FolderListing {
  readonly files: readonly ListedFile[];
  /** Names of folders and of links to folders. */
  readonly folders: readonly string[];
}

/**
 * Lists a folder; undefined when there is no such folder. A file that goes away meanwhile is left out.
 * @throws NodeJS.ErrnoException when it may not be read
 */
export async function listFolder(path: string): Promise<FolderListing | undefined> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (names === undefined) return undefined;
  const files: ListedFile[] = [];
  const folders: string[] = [];
  for (const name of names.sort()) {
    const stats = await stat(join(path, name)).catch(() => undefined);
    if (stats?.isFile() === true) files.push({ name, path: join(path, name), size: stats.size });
    else if (stats?.isDirectory() === true) folders.push(name);
  }
  return { files, folders };
}
