import { beginsWith } from "../bytes/begins-with.ts";
import { KeyTable } from "../bytes/key-table.ts";
import { COMPACT_REVISION_FOLDER, isCompactRevisionKey } from "../kubernetes/compact-revision-key.ts";
import { NEVER_ENCRYPTED_TABLE } from "../kubernetes/never-encrypted-table.ts";
import { objectName } from "../kubernetes/object-name.ts";
import { DEFAULT_PREFIXES, normalizePrefix, prefixBytes } from "../kubernetes/prefix.ts";
import { folderLength, isWholeFolder, type RegistryFolder, registryFolder } from "../kubernetes/registry-folder.ts";
import { type ConfiguredRules, NOTHING_CONFIGURED } from "./configured-rules.ts";
import type { Folder, UnlookedPrefix } from "./folder.ts";
import type { ScopeOptions } from "./scope-options.ts";
import { textOf } from "./text-of.ts";
import { UnlookedFolders } from "./unlooked-folders.ts";

/** The resource that is audited whatever else is. */
export const SECRETS = "secrets";
/** The resource whose objects tell which resources there are. */
export const CUSTOM_RESOURCE_DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io";
const NEVER_ENCRYPTED: ReadonlySet<string> = new Set(NEVER_ENCRYPTED_TABLE.map(([, resource]) => resource));
const NO_KEY = -1;

interface Prefix {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** Tells of each etcd key which resource it belongs to and whether it is in scope. Folders are numbered as they come. */
export class Scope {
  readonly options: ScopeOptions;
  readonly configured: ConfiguredRules;
  /** Every key of the store is in scope, whatever its prefix. */
  readonly takesEverything: boolean;
  readonly folders: Folder[] = [];
  /** Records, tombstones left out, that were counted in each folder. */
  readonly recordsIn: number[] = [];
  private readonly prefixes: readonly Prefix[];
  private readonly named: ReadonlySet<string>;
  private readonly namespaces: ReadonlySet<string>;
  private readonly unseenNamespaces: Set<string>;
  private readonly table = new KeyTable();
  /** Number in the table -> folder. */
  private readonly folderOfText: number[] = [];
  private readonly unlooked: UnlookedFolders;
  private compactRevision: number | undefined;
  private readonly elsewhere = this.add({ kind: "elsewhere" });

  constructor(options: ScopeOptions, configured = NOTHING_CONFIGURED, takesEverything = false) {
    this.options = options;
    this.configured = configured;
    this.takesEverything = takesEverything;
    const prefixes = options.prefixes.length > 0 ? options.prefixes.map(normalizePrefix) : DEFAULT_PREFIXES;
    // The longest first: of nested prefixes the inner one is meant.
    this.prefixes = [...new Set(prefixes)]
      .map((text) => ({ text, bytes: prefixBytes(text) }))
      .sort((a, b) => b.bytes.length - a.bytes.length);
    const ruled = configured.encrypting.filter((rule) => !rule.startsWith("*"));
    const named = [SECRETS, ...options.resources, ...ruled];
    this.named = new Set(named.filter((resource) => !NEVER_ENCRYPTED.has(resource)));
    this.unlooked = new UnlookedFolders(this.named, (folder) => this.add(folder));
    this.namespaces = new Set(options.namespaces);
    this.unseenNamespaces = new Set(options.namespaces);
  }

  /** The prefixes that are looked for, as the API server joins them; sorted. */
  get prefixTexts(): readonly string[] {
    return this.prefixes.map(({ text }) => text).sort();
  }

  /** The resources whose values can have findings, sorted: those named by flags and rules, and what wildcards cover. */
  get auditedResources(): readonly string[] {
    const covered = this.folders.flatMap((folder, index) =>
      folder.kind === "resource" && folder.audited && (this.recordsIn[index] ?? 0) > 0
        ? [folder.registry.resource]
        : [],
    );
    return [...new Set([...this.named, ...covered])].sort();
  }

  /** Whether values of a resource (`name` or `name.group`) can have findings. */
  audits(resource: string): boolean {
    return this.named.has(resource) || (this.configured.encrypts(resource) && !NEVER_ENCRYPTED.has(resource));
  }

  /** Those of them that are known before anything was read. */
  get namedResources(): readonly string[] {
    return [...this.named].sort();
  }

  /** The folder of the key at `keyOffset`. The value's first bytes tell whether a key nothing explains is Kubernetes'. */
  find(bytes: Uint8Array, keyOffset: number, keyLength: number, valueOffset: number, valueLength: number): number {
    for (const prefix of this.prefixes) {
      const length = folderLength(prefix.bytes, bytes, keyOffset, keyLength);
      if (length === NO_KEY) continue;
      const number = this.folderAt(prefix, bytes, keyOffset, length);
      const folder = this.folders[number];
      if (folder?.kind !== "resource" || folder.registry.origin !== "unknown" || folder.audited) return number;
      const key = bytes.subarray(keyOffset, keyOffset + keyLength);
      return this.unlooked.inside(key, bytes.subarray(valueOffset, valueOffset + valueLength), number, folder);
    }
    if (isCompactRevisionKey(bytes, keyOffset, keyLength)) {
      this.compactRevision ??= this.addResource(null, COMPACT_REVISION_FOLDER, 0);
      return this.compactRevision;
    }
    const key = bytes.subarray(keyOffset, keyOffset + keyLength);
    return this.unlooked.outside(key, bytes.subarray(valueOffset, valueOffset + valueLength), this.elsewhere);
  }

  /**
   * How many bytes of a key tell its folder, and whether it is included, whatever follows them; 0: it must be looked at as
   * a whole.
   */
  tellingLength(folder: number, bytes: Uint8Array, keyOffset: number): number {
    const found = this.folders[folder];
    if (found?.kind !== "resource" || found.unlooked !== null) return 0;
    if (found.registry.origin === "unknown" && !found.audited) return 0;
    if (found.inScope && this.namespaces.size > 0) return 0;
    const { length } = found;
    const prefix = this.prefixes.find(({ text }) => text === found.prefix);
    const start = bytes.slice(keyOffset, keyOffset + length);
    const holdsPrefix = this.prefixes.some((other) => beginsWith(other.bytes, 0, other.bytes.length, start));
    const tells = prefix !== undefined && !holdsPrefix && isWholeFolder(prefix.bytes, bytes, keyOffset, length);
    return tells ? length : 0;
  }

  /** Whether values of this folder are counted. */
  isCounted(folder: number): boolean {
    const found = this.folders[folder];
    return this.takesEverything || (found?.kind === "resource" && found.inScope);
  }

  /** Whether a key of this folder is followed through time, by its namespace too. */
  includes(folder: number, bytes: Uint8Array, keyOffset: number, keyLength: number): boolean {
    const found = this.folders[folder];
    if (this.takesEverything) return true;
    if (found?.kind !== "resource") return false;
    if (!found.inScope) return found.isDefinition;
    if (this.namespaces.size === 0) return true;
    const namespace = namespaceOf(found, bytes.subarray(keyOffset, keyOffset + keyLength));
    return namespace !== null && this.namespaces.has(namespace);
  }

  /** Takes how many records, deletions left out, each folder has: once all have been counted. */
  learnRecords(recordsIn: (folder: number) => number): void {
    for (let folder = 0; folder < this.folders.length; folder++) this.recordsIn[folder] = recordsIn(folder);
  }

  /** Whether of one of the namespaces that were asked for no record was counted yet. */
  get awaitsNamespaces(): boolean {
    return this.unseenNamespaces.size > 0;
  }

  /** The namespaces that were asked for and of which no record was counted. */
  get missingNamespaces(): readonly string[] {
    return [...this.unseenNamespaces];
  }

  /** Notes the namespace of a counted record. */
  seeNamespace(folder: number, key: Uint8Array): void {
    const found = this.folders[folder];
    const namespace = found?.kind === "resource" ? namespaceOf(found, key) : null;
    if (namespace !== null) this.unseenNamespaces.delete(namespace);
  }

  /** How many records were counted in folders of resources that `holds` accepts. */
  recordsOf(holds: (resource: string, prefix: string | null) => boolean): number {
    let records = 0;
    for (const [index, folder] of this.folders.entries()) {
      if (folder.kind === "resource" && holds(folder.registry.resource, folder.prefix))
        records += this.recordsIn[index] ?? 0;
    }
    return records;
  }

  /** Whether anything lies under one of the prefixes. */
  hasRecordsUnder(prefix: string): boolean {
    return this.recordsOf((_, of) => of === prefix) > 0;
  }

  /** The resources of which records were counted. */
  resourcesSeen(): readonly string[] {
    const seen = this.folders.flatMap((folder, index) =>
      folder.kind === "resource" && (this.recordsIn[index] ?? 0) > 0 ? [folder.registry.resource] : [],
    );
    return [...new Set(seen)];
  }

  /** The prefixes that are not looked at and seem to be Kubernetes', with the records counted under each. */
  unlookedPrefixes(): readonly (UnlookedPrefix & { readonly keys: number })[] {
    return this.folders.flatMap((folder, index) => {
      const keys = this.recordsIn[index] ?? 0;
      const unlooked = folder.kind === "elsewhere" ? null : folder.unlooked;
      return unlooked === null || keys === 0 ? [] : [{ ...unlooked, keys }];
    });
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
    const { resource, namespaced } = registry;
    const audited = this.audits(resource) && registry.origin !== "never-encrypted";
    const isWanted = audited || this.options.allResources || this.options.resources.includes(resource);
    const inScope = isWanted && (this.namespaces.size === 0 || namespaced !== false);
    // Whether a custom resource is still served is told by its definition.
    const isDefinition = resource === CUSTOM_RESOURCE_DEFINITIONS;
    return this.add({ kind: "resource", registry, prefix, length, inScope, audited, isDefinition, unlooked: null });
  }

  private add(folder: Folder): number {
    this.recordsIn.push(0);
    return this.folders.push(folder) - 1;
  }
}

function namespaceOf(folder: Extract<Folder, { kind: "resource" }>, key: Uint8Array): string | null {
  return objectName(folder.registry, textOf(key.subarray(folder.length))).namespace;
}
