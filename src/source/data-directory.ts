import { join } from "node:path";
import { AuditError, systemCode } from "../errors.ts";
import type { IncompleteReason } from "../model/source-facts.ts";
import { findDatabases, type StoredDatabase } from "./data-directory-databases.ts";
import { type FolderListing, listFolder } from "./data-directory-folder.ts";
import { findGaps, findSetAsideWalFiles, findWalFiles, type WalFile } from "./data-directory-wal.ts";

/** What lies in the data directory of an etcd member. Nothing there is locked, changed or created. */
export interface DataDirectory {
  /** As it was given. */
  readonly path: string;
  /** The member's own database first, where it is there; then left-over ones, sorted by name. */
  readonly databases: readonly StoredDatabase[];
  /** The log in the order of its sequence, then other files. Empty where the log is kept elsewhere (`--wal-dir`). */
  readonly walFiles: readonly WalFile[];
  /** Files of the log that are missing, and folders that can't be listed. */
  readonly problems: readonly IncompleteReason[];
}

const SNAP_FOLDER = "snap";
const WAL_FOLDER = "wal";
/** A log that etcd was about to create, and one that it gave up (etcd server/storage/wal/wal.go: Create, cleanupWAL). */
const SET_ASIDE_WAL_FOLDER = /^wal\.(tmp|broken\..*)$/;

/**
 * Lists a member's data directory: the folder that holds `member/`, or `member/` itself, told by what is in it.
 * @throws AuditError FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_IS_A_FOLDER for a folder that is no data directory
 */
export async function listDataDirectory(path: string): Promise<DataDirectory> {
  const problems: IncompleteReason[] = [];
  const list = async (folder: string): Promise<FolderListing> => {
    try {
      return (await listFolder(folder)) ?? NOTHING;
    } catch (error) {
      problems.push({
        code: "read-failed",
        message: `${folder} can't be listed (${systemCode(error)}); run as a user who may read it`,
      });
      return NOTHING;
    }
  };
  const member = await findMemberFolder(path);
  const { folders } = await list(member);
  const databases = await findDatabases(await list(join(member, SNAP_FOLDER)));
  const log = findWalFiles(await list(join(member, WAL_FOLDER)));
  const setAside: WalFile[] = [];
  for (const folder of folders.filter((name) => SET_ASIDE_WAL_FOLDER.test(name))) {
    setAside.push(...findSetAsideWalFiles(await list(join(member, folder))));
  }
  const gaps = findGaps(log).map(([before, after]) => gapProblem(before, after));
  return { path, databases, walFiles: [...log, ...setAside], problems: [...problems, ...gaps] };
}

const NOTHING: FolderListing = { files: [], folders: [] };

async function findMemberFolder(path: string): Promise<string> {
  const top = await listTop(path);
  if (top.folders.includes("member")) {
    const member = join(path, "member");
    if (isMember(await listTop(member))) return member;
  }
  if (isMember(top)) return path;
  throw new AuditError("FILE_IS_A_FOLDER", `${path} is a folder, but not the data directory of an etcd member`, {
    nextStep: "name the folder that holds member/, with member/snap/db in it, or a snapshot file",
  });
}

function isMember({ folders }: FolderListing): boolean {
  return folders.includes(SNAP_FOLDER) || folders.includes(WAL_FOLDER);
}

async function listTop(path: string): Promise<FolderListing> {
  let listing: FolderListing | undefined;
  try {
    listing = await listFolder(path);
  } catch (error) {
    throw new AuditError("FILE_NOT_READABLE", `${path} can't be listed (${systemCode(error)})`, {
      nextStep: "run as a user who may read it",
      cause: error,
    });
  }
  if (listing !== undefined) return listing;
  throw new AuditError("FILE_NOT_FOUND", `${path}: no such folder`, { nextStep: "check the path" });
}

function gapProblem(before: WalFile, after: WalFile): IncompleteReason {
  const what = "files of the log are missing between it and";
  const nextStep = "copy the whole folder from the member again";
  return { code: "truncated", message: `${before.path}: ${what} ${after.path}; ${nextStep}` };
}
