import { beginsWith } from "../bytes/begins-with.ts";
import { BUILT_IN_TABLE } from "./built-in-table.ts";
import { deepFolderEnd, hasDeeperFolder } from "./deep-folders.ts";
import type { FolderRow } from "./folder-row.ts";
import { NEVER_ENCRYPTED_TABLE } from "./never-encrypted-table.ts";
import { OPENSHIFT_KUBERNETES_TABLE, OPENSHIFT_TABLE } from "./openshift-table.ts";
import { REMOVED_TABLE } from "./removed-table.ts";

/** Where the name of a resource comes from: a table, the form `<group>/<plural>`, or the folder's own name. */
type FolderOrigin = "built-in" | "openshift" | "custom-resource" | "never-encrypted" | "unknown";

/** The resource that a folder of etcd keys holds. */
export interface RegistryFolder {
  /** `resource` or `resource.group`, as an EncryptionConfiguration names it; of an unknown folder its own name. */
  readonly resource: string;
  readonly origin: FolderOrigin;
  /** null: not known (custom resources, unknown folders); then two segments or more are namespace and name. */
  readonly namespaced: boolean | null;
}

const SLASH = 0x2f;
const DOT = 0x2e;
const OPENSHIFT_END = "openshift.io";
const OPENSHIFT_PREFIX_END = new TextEncoder().encode(`/${OPENSHIFT_END}/`);

function rows(table: readonly FolderRow[], origin: FolderOrigin): readonly [string, RegistryFolder][] {
  return table.map(([folder, resource, scope]) => [folder, { resource, origin, namespaced: scope === "namespaced" }]);
}

const FOLDERS: ReadonlyMap<string, RegistryFolder> = new Map([
  ...rows(REMOVED_TABLE, "built-in"),
  ...rows(OPENSHIFT_KUBERNETES_TABLE, "openshift"),
  ...rows(NEVER_ENCRYPTED_TABLE, "never-encrypted"),
  ...rows(BUILT_IN_TABLE, "built-in"),
]);
const OPENSHIFT_FOLDERS: ReadonlyMap<string, RegistryFolder> = new Map(rows(OPENSHIFT_TABLE, "openshift"));

/**
 * The byte length of prefix, folder and the slash after it, or of the whole key where no slash follows the folder.
 * Needs only the bytes: folders of several segments are told by the tables and by the dot in a custom resource's group.
 * -1: the key is not under the prefix, or has nothing under it.
 * @param prefix as `prefixBytes` gives it, with the slash at its end
 * @param offset where the key begins in `bytes`
 * @param length of the key, in bytes
 */
export function folderLength(prefix: Uint8Array, bytes: Uint8Array, offset: number, length: number): number {
  const limit = offset + length;
  if (!beginsWith(bytes, offset, limit, prefix)) return -1;
  let start = offset + prefix.length;
  // No API server writes a double slash; a value put there by hand still belongs to the folder that it names.
  while (start < limit && bytes[start] === SLASH) start++;
  if (start === limit) return -1;
  let headEnd = start;
  let dotted = false;
  for (; headEnd < limit && bytes[headEnd] !== SLASH; headEnd++) {
    if (bytes[headEnd] === DOT) dotted = true;
  }
  if (headEnd === limit) return length;
  const end = dotted
    ? groupFolderEnd(bytes, headEnd, limit)
    : deepFolderEnd(bytes, start, headEnd, limit, endsInOpenShift(prefix));
  if (end === -1) return headEnd + 1 - offset;
  return end === limit ? length : end + 1 - offset;
}

/**
 * Whether every key that has the first `folderLength` bytes of this one lies in its folder: they end in a slash, and no
 * table has a folder below it.
 */
export function isWholeFolder(prefix: Uint8Array, bytes: Uint8Array, offset: number, folderLength: number): boolean {
  const end = offset + folderLength - 1;
  let start = offset + prefix.length;
  while (start < end && bytes[start] === SLASH) start++;
  return start < end && bytes[end] === SLASH && !hasDeeperFolder(bytes, start, end);
}

/**
 * What the folder text stands for.
 * @param prefix with or without slashes at its ends
 * @param folder the text between the prefix and the rest of the key, e.g. `services/specs`; slashes at its ends are
 * no part of it
 */
export function registryFolder(prefix: string, folder: string): RegistryFolder {
  const text = withoutOuterSlashes(folder);
  const openShift = isOpenShiftPrefix(prefix) ? OPENSHIFT_FOLDERS.get(text) : undefined;
  return (
    openShift ?? FOLDERS.get(text) ?? customResource(text) ?? { resource: text, origin: "unknown", namespaced: null }
  );
}

function groupFolderEnd(bytes: Uint8Array, groupEnd: number, limit: number): number {
  let end = groupEnd + 1;
  while (end < limit && bytes[end] !== SLASH) end++;
  return end === groupEnd + 1 ? -1 : end;
}

function customResource(folder: string): RegistryFolder | undefined {
  const [group = "", plural, ...more] = folder.split("/");
  if (!group.includes(".") || plural === undefined || more.length > 0) return undefined;
  return { resource: `${plural}.${group}`, origin: "custom-resource", namespaced: null };
}

/** Whether a prefix is that of OpenShift's own API servers. */
export function isOpenShiftPrefix(prefix: string): boolean {
  const text = withoutOuterSlashes(prefix);
  return text === OPENSHIFT_END || text.endsWith(`/${OPENSHIFT_END}`);
}

function endsInOpenShift(prefix: Uint8Array): boolean {
  const from = prefix.length - OPENSHIFT_PREFIX_END.length;
  return from >= 0 && beginsWith(prefix, from, prefix.length, OPENSHIFT_PREFIX_END);
}

function withoutOuterSlashes(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && text[from] === "/") from++;
  while (to > from && text[to - 1] === "/") to--;
  return text.slice(from, to);
}
