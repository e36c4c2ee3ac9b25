import { COMPACT_REVISION_FOLDER } from "../kubernetes/compact-revision-key.ts";
import { DEFAULT_PREFIXES, prefixBytes } from "../kubernetes/prefix.ts";
import { foldersOfGroup, foldersOfResource } from "../kubernetes/resource-folders.ts";
import type { KeyRange, WantedPrefix, WantedRanges } from "../model/key-range.ts";
import { CUSTOM_RESOURCE_DEFINITIONS, type Scope, SECRETS } from "./scope.ts";

const SLASH_AFTER = 0x30;

const COMPACT_REVISION_KEY: KeyRange = {
  key: Buffer.from(COMPACT_REVISION_FOLDER.resource),
  rangeEnd: Buffer.from(`${COMPACT_REVISION_FOLDER.resource}\0`),
};

/** `\0` begins before every key and, as an end, means the end of all. */
const EVERY_KEY: KeyRange = { key: Uint8Array.of(0), rangeEnd: Uint8Array.of(0) };

/** The ranges of keys that a live etcd must be asked for, no wider than need be, so that a narrow role suffices. */
export function wantedRanges(scope: Scope): WantedRanges {
  if (scope.takesEverything) {
    return {
      arePrefixesNamed: true,
      prefixes: [{ prefix: "every key", whole: EVERY_KEY, values: [EVERY_KEY], definitions: null }],
      gaps: [],
    };
  }
  const prefixes = scope.prefixTexts.map((prefix) => wantedPrefix(prefix, scope));
  return {
    arePrefixesNamed: scope.options.prefixes.length > 0,
    prefixes,
    // Among many other keys these would not be met.
    gaps: [...gapsBetween(prefixes.map(({ whole }) => whole)), COMPACT_REVISION_KEY, ...usualSecrets(scope)],
  };
}

/** Secrets where API servers keep them by default, under prefixes that are not looked at. */
function usualSecrets({ prefixTexts }: Scope): readonly KeyRange[] {
  return DEFAULT_PREFIXES.filter((prefix) => !prefixTexts.includes(prefix)).flatMap((prefix) =>
    foldersOfResource(prefix, SECRETS).map((folder) => rangeOfFolder(prefix, folder)),
  );
}

function wantedPrefix(prefix: string, scope: Scope): WantedPrefix {
  const whole = rangeBelow(prefixBytes(prefix));
  const wildcards = scope.configured.encrypting.filter((rule) => rule.startsWith("*."));
  // No table knows every resource of the core group.
  if (scope.options.allResources || wildcards.includes("*.*") || wildcards.includes("*.")) {
    return { prefix, whole, values: [whole], definitions: null };
  }
  const folders = outermost([
    ...scope.namedResources.flatMap((resource) => foldersOfResource(prefix, resource)),
    ...wildcards.flatMap((rule) => foldersOfGroup(prefix, rule.slice(2))),
  ]);
  const [definitions] = foldersOfResource(prefix, CUSTOM_RESOURCE_DEFINITIONS);
  const areWanted =
    definitions !== undefined &&
    !folders.some((folder) => `${definitions}/`.startsWith(`${folder}/`)) &&
    [...scope.namedResources, ...wildcards].some(mayBeCustom);
  return {
    prefix,
    whole,
    values: folders.map((folder) => rangeOfFolder(prefix, folder)),
    definitions: areWanted ? rangeOfFolder(prefix, definitions) : null,
  };
}

/** Sorted, and without those that lie inside another. */
function outermost(folders: readonly string[]): readonly string[] {
  const sorted = [...new Set(folders)].sort();
  return sorted.filter((folder) => !sorted.some((outer) => outer !== folder && folder.startsWith(`${outer}/`)));
}

/** A custom resource's group has a dot in it (apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go). */
function mayBeCustom(resource: string): boolean {
  return resource.indexOf(".") !== resource.lastIndexOf(".");
}

function rangeOfFolder(prefix: string, folder: string): KeyRange {
  return rangeBelow(Buffer.concat([prefixBytes(prefix), Buffer.from(`${folder}/`)]));
}

/** Every key that begins with `start`, which ends in a slash. */
function rangeBelow(start: Uint8Array): KeyRange {
  const rangeEnd = Uint8Array.from(start);
  rangeEnd[rangeEnd.length - 1] = SLASH_AFTER;
  return { key: Uint8Array.from(start), rangeEnd };
}

/** What lies before, between and after ranges; `\0` is etcd's name for the end of all keys. */
function gapsBetween(ranges: readonly KeyRange[]): readonly KeyRange[] {
  const sorted = [...ranges].sort((a, b) => Buffer.compare(a.key, b.key));
  const first = Uint8Array.of(0);
  const starts = [first, ...sorted.map(({ rangeEnd }) => rangeEnd)];
  const ends = [...sorted.map(({ key }) => key), first];
  return starts.flatMap((key, index) => {
    const rangeEnd = ends[index] ?? first;
    const isEmpty = rangeEnd !== first && Buffer.compare(key, rangeEnd) >= 0;
    return isEmpty ? [] : [{ key, rangeEnd }];
  });
}
