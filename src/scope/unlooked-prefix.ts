import { prefixBytes, prefixOfForeignKey } from "../kubernetes/prefix.ts";
import { folderLength, registryFolder } from "../kubernetes/registry-folder.ts";
import { foldersOfResource } from "../kubernetes/resource-folders.ts";
import { storageSign } from "../kubernetes/storage-sign.ts";
import { textOf } from "./text-of.ts";

/** How much of a value shows whether Kubernetes wrote it. */
const VALUE_START_LENGTH = 256;
/** One prefix for each kind of API server: their folders for a resource may differ. */
const PREFIXES_BY_KIND = ["/registry", "/openshift.io"];

/** Whether an API server seems to have written a value. */
export function isKubernetesValue(value: Uint8Array): boolean {
  return storageSign(value.subarray(0, VALUE_START_LENGTH)) !== null;
}

/** The prefix under which Kubernetes seems to keep a key that lies outside all prefixes; null: another program's key. */
export function prefixOutside(key: Uint8Array, value: Uint8Array): string | null {
  return isKubernetesValue(value) ? prefixOfForeignKey(textOf(key), value.subarray(0, VALUE_START_LENGTH)) : null;
}

/** Tells of keys in folders that nothing knows whether the prefix above them may be the wrong one. */
export class PrefixInstead {
  private readonly audited: ReadonlySet<string>;
  /** The folders of audited resources, with a slash at either end. */
  private readonly auditedFolders: readonly string[];

  constructor(audited: ReadonlySet<string>) {
    this.audited = audited;
    const folders = [...audited].flatMap((resource) =>
      PREFIXES_BY_KIND.flatMap((prefix) => foldersOfResource(prefix, resource)),
    );
    this.auditedFolders = [...new Set(folders)].map((folder) => `/${folder}/`);
  }

  /**
   * The prefix under which the key would be that of an audited resource; null: there is none. Other resources show
   * nothing, since the objects of an unknown resource may have a namespace of any name.
   */
  of(key: Uint8Array, value: Uint8Array): string | null {
    const bytes = Buffer.from(key.buffer, key.byteOffset, key.length);
    if (!this.auditedFolders.some((folder) => bytes.includes(folder, 0, "latin1"))) return null;
    const prefix = prefixOutside(key, value);
    if (prefix === null) return null;
    const start = prefixBytes(prefix);
    const folder = textOf(key.subarray(start.length, folderLength(start, key, 0, key.length)));
    return this.audited.has(registryFolder(prefix, folder).resource) ? prefix : null;
  }
}
