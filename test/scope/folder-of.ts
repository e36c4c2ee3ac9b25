import type { Folder } from "../../src/scope/folder.ts";
import { Scope } from "../../src/scope/scope.ts";
import type { ScopeOptions } from "../../src/scope/scope-options.ts";
import { plaintextSecret } from "../cli/messages.ts";

/** A scope with some options; the others ask for nothing. */
export function scopeOf(options: Partial<ScopeOptions> = {}): Scope {
  return new Scope({ prefixes: [], resources: [], allResources: false, namespaces: [], ...options });
}

/** Where a scope puts a key; its value is a plaintext Secret unless told. */
export function folderOf(scope: Scope, key: string | Uint8Array, value: Uint8Array = plaintextSecret()): Folder {
  return scope.folders[folderNumber(scope, key, value)] as Folder;
}

/** The number of the folder where a scope puts a key. */
export function folderNumber(scope: Scope, key: string | Uint8Array, value: Uint8Array = plaintextSecret()): number {
  const keyBytes = Buffer.from(key);
  const bytes = Buffer.concat([Buffer.from("before"), keyBytes, value, Buffer.from("after")]);
  return scope.find(bytes, 6, keyBytes.length, 6 + keyBytes.length, value.length);
}

/** Tells a scope of a record in each of these folders. */
export function countIn(scope: Scope, folders: readonly number[]): void {
  scope.learnRecords((folder) => folders.filter((each) => each === folder).length);
}

/** The resource of a key that lies under a prefix, and how the scope takes it; null of any other key. */
export function placeOf(
  scope: Scope,
  key: string | Uint8Array,
): {
  readonly resource: string;
  readonly prefix: string | null;
  readonly inScope: boolean;
  readonly audited: boolean;
} | null {
  const folder = folderOf(scope, key);
  if (folder.kind !== "resource") return null;
  const { prefix, inScope, audited } = folder;
  return { resource: folder.registry.resource, prefix, inScope, audited };
}

/** Whether a scope follows a key through time. */
export function isIncluded(scope: Scope, key: string): boolean {
  const bytes = Buffer.from(key);
  return scope.includes(folderNumber(scope, key), bytes, 0, bytes.length);
}
