import { KeyTable } from "../bytes/key-table.ts";
import { COMPACT_REVISION_FOLDER, isCompactRevisionKey } from "../kubernetes/compact-revision-key.ts";
import { objectName } from "../kubernetes/object-name.ts";
import { DEFAULT_PREFIXES, normalizePrefix, prefixBytes, prefixOfForeignKey } from "../kubernetes/prefix.ts";
import { folderLength, type RegistryFolder, registryFolder } from "../kubernetes/registry-folder.ts";
import type { Folder } from "./folder.ts";
import type { ScopeOptions } from "./scope-options.ts";

/** The resource that is audited whatever else is. */
export const SECRETS = "secrets";
const CUSTOM_RESOURCE_DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io";
const MOST_UNLOOKED_PREFIXES = 100;
/** How much of a value shows whether Kubernetes wrote it. */
const VALUE_START_LENGTH = 256;
const NO_KEY = -1;

interface Prefix {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** Tells of each etcd key which resource it belongs to and whether it is in scope. Folders are numbered as they come. */
export class Scope {
  readonly folders: Folder[] = [];
  /** Records, tombstones left out, that were counted in each folder. */
  readonly recordsIn: number[] = [];
  private readonly prefixes: readonly Prefix[];
  private readonly options: ScopeOptions;
  private readonly audited: ReadonlySet<string>;
  private readonly namespaces: ReadonlySet<string>;
  private readonly table = new KeyTable();
  /** Number in the table -> folder. */
  private readonly folderOfText: number[] = [];
  private readonly unlooked = new Map<string, number>();
  private compactRevision: number | undefined;
  private readonly elsewhere = this.add({ kind: "elsewhere" });

  constructor(options: ScopeOptions) {
    this.options = options;
    const prefixes = options.prefixes.length > 0 ? options.prefixes.map(normalizePrefix) : DEFAULT_PREFIXES;
    // The longest first: of nested prefixes the inner one is meant.
    this.prefixes = [...new Set(prefixes)]
      .map((text) => ({ text, bytes: prefixBytes(text) }))
      .sort((a, b) => b.bytes.length - a.bytes.length);
    this.audited = new Set([SECRETS, ...options.resources]);
    this.namespaces = new Set(options.namespaces);
  }

  /** The prefixes that are looked for. */
  get prefixTexts(): readonly string[] {
    return this.prefixes.map(({ text }) => text).sort();
  }

  /** The resources whose values can have findings, sorted. */
  get auditedResources(): readonly string[] {
    return [...this.audited].sort();
  }

  /** The folder of the key at `keyOffset`. The value's first bytes tell whether a key outside all prefixes is Kubernetes'. */
  find(bytes: Uint8Array, keyOffset: number, keyLength: number, valueOffset: number, valueLength: number): number {
    for (const prefix of this.prefixes) {
      const length = folderLength(prefix.bytes, bytes, keyOffset, keyLength);
      if (length !== NO_KEY) return this.folderAt(prefix, bytes, keyOffset, length);
    }
    return this.foreign(
      bytes.subarray(keyOffset, keyOffset + keyLength),
      bytes.subarray(valueOffset, valueOffset + Math.min(valueLength, VALUE_START_LENGTH)),
    );
  }

  /** Whether values of this folder are counted. */
  isCounted(folder: number): boolean {
    const found = this.folders[folder];
    return found?.kind === "resource" && found.inScope;
  }

  /** Whether a key of this folder is followed through time, by its namespace too. */
  includes(folder: number, bytes: Uint8Array, keyOffset: number, keyLength: number): boolean {
    const found = this.folders[folder];
    if (found?.kind !== "resource") return false;
    if (!found.inScope) return found.isDefinition;
    if (this.namespaces.size === 0) return true;
    const { namespace } = objectName(
      found.registry,
      textOf(bytes.subarray(keyOffset + found.length, keyOffset + keyLength)),
    );
    return namespace !== null && this.namespaces.has(namespace);
  }

  /** Counts a record of a folder that is certain to be stored. */
  count(folder: number): void {
    this.recordsIn[folder] = (this.recordsIn[folder] ?? 0) + 1;
  }

  /** Whether anything lies under one of the prefixes. */
  hasRecordsUnder(prefix: string): boolean {
    return this.folders.some(
      (folder, index) => folder.kind === "resource" && folder.prefix === prefix && (this.recordsIn[index] ?? 0) > 0,
    );
  }

  private folderAt(prefix: Prefix, bytes: Uint8Array, offset: number, length: number): number {
    const number = this.table.intern(bytes, offset, length);
    const known = this.folderOfText[number];
    if (known !== undefined) return known;
    const folder = textOf(bytes.subarray(offset + prefix.bytes.length, offset + length)).replace(/\/+$/, "");
    const added = this.addResource(prefix.text, registryFolder(prefix.text, folder), length);
    this.folderOfText[number] = added;
    return added;
  }

  private addResource(prefix: string | null, registry: RegistryFolder, length: number): number {
    const audited = registry.origin !== "never-encrypted" && this.audited.has(registry.resource);
    const isNamed = this.options.allResources || this.audited.has(registry.resource);
    const inScope = isNamed && (this.namespaces.size === 0 || registry.namespaced !== false);
    // Whether a custom resource is still served is told by its definition.
    const isDefinition = registry.resource === CUSTOM_RESOURCE_DEFINITIONS;
    return this.add({ kind: "resource", registry, prefix, length, inScope, audited, isDefinition });
  }

  private foreign(key: Uint8Array, valueStart: Uint8Array): number {
    if (isCompactRevisionKey(key, 0, key.length)) {
      this.compactRevision ??= this.addResource(null, COMPACT_REVISION_FOLDER, 0);
      return this.compactRevision;
    }
    const prefix = prefixOfForeignKey(textOf(key), valueStart);
    if (prefix === null) return this.elsewhere;
    const known = this.unlooked.get(prefix);
    if (known !== undefined) return known;
    if (this.unlooked.size === MOST_UNLOOKED_PREFIXES) return this.elsewhere;
    const added = this.add({ kind: "unlooked", prefix, exampleKey: key.slice() });
    this.unlooked.set(prefix, added);
    return added;
  }

  private add(folder: Folder): number {
    this.recordsIn.push(0);
    return this.folders.push(folder) - 1;
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
}
