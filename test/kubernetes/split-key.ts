import { objectName } from "../../src/kubernetes/object-name.ts";
import { prefixBytes } from "../../src/kubernetes/prefix.ts";
import { folderLength, type RegistryFolder, registryFolder } from "../../src/kubernetes/registry-folder.ts";

export interface SplitKey {
  readonly folder: RegistryFolder;
  readonly folderText: string;
  readonly rest: string;
  readonly namespace: string | null;
  readonly name: string | null;
}

/** A key split as a stage of the pipeline splits it; null when it is not under the prefix. */
export function splitKey(prefix: string, key: string): SplitKey | null {
  const bytes = Buffer.from(key);
  const begin = prefixBytes(prefix);
  const length = folderLength(begin, bytes, 0, bytes.length);
  if (length === -1) return null;
  const folderText = bytes.toString("utf8", begin.length, length);
  const folder = registryFolder(prefix, folderText);
  const rest = bytes.toString("utf8", length);
  return { folder, folderText, rest, ...objectName(folder, rest) };
}

/** Resource, namespace and name in one line, for tables of expectations. */
export function told(prefix: string, key: string): string {
  const split = splitKey(prefix, key);
  return split === null ? "none" : `${split.folder.resource} ${split.folder.origin} ${split.namespace} ${split.name}`;
}
