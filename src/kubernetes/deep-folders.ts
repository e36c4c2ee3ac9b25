import { beginsWith } from "../bytes/begins-with.ts";
import { BUILT_IN_TABLE } from "./built-in-table.ts";
import type { FolderRow } from "./folder-row.ts";
import { OPENSHIFT_TABLE } from "./openshift-table.ts";

const SLASH = 0x2f;

/** A folder of several segments: its bytes, and how many of them are the first segment. */
interface DeepFolder {
  readonly bytes: Uint8Array;
  readonly headLength: number;
}

// Folders that begin with a group are found by the dot in it.
function deepFolders(table: readonly FolderRow[]): readonly DeepFolder[] {
  return table
    .map(([folder]) => ({ bytes: new TextEncoder().encode(folder), headLength: folder.indexOf("/") }))
    .filter(({ bytes, headLength }) => headLength > 0 && !bytes.subarray(0, headLength).includes(0x2e));
}

const BUILT_IN = deepFolders(BUILT_IN_TABLE);
const OPENSHIFT = deepFolders(OPENSHIFT_TABLE);

/**
 * Where the folder ends that begins at `start` and has several segments by a table, e.g. `services/specs`: the offset
 * after its last byte. -1: no such folder lies there.
 * @param headEnd offset after the first segment
 * @param limit offset after the key
 */
export function deepFolderEnd(
  bytes: Uint8Array,
  start: number,
  headEnd: number,
  limit: number,
  openShift: boolean,
): number {
  const end = endAmong(BUILT_IN, bytes, start, headEnd, limit);
  return end === -1 && openShift ? endAmong(OPENSHIFT, bytes, start, headEnd, limit) : end;
}

/** Whether some folder of a table goes on after the folder from `start` to `end`, as `services/specs` after `services`. */
export function hasDeeperFolder(bytes: Uint8Array, start: number, end: number): boolean {
  const folder = bytes.subarray(start, end);
  const goesOn = (deeper: DeepFolder) =>
    deeper.bytes[folder.length] === SLASH && beginsWith(deeper.bytes, 0, deeper.bytes.length, folder);
  return BUILT_IN.some(goesOn) || OPENSHIFT.some(goesOn);
}

function endAmong(
  folders: readonly DeepFolder[],
  bytes: Uint8Array,
  start: number,
  headEnd: number,
  limit: number,
): number {
  for (const folder of folders) {
    if (folder.headLength !== headEnd - start) continue;
    const end = start + folder.bytes.length;
    if (!beginsWith(bytes, start, limit, folder.bytes)) continue;
    if (end === limit || bytes[end] === SLASH) return end;
  }
  return -1;
}
