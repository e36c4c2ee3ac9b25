import { BUILT_IN_TABLE } from "./built-in-table.ts";
import { NEVER_ENCRYPTED_TABLE } from "./never-encrypted-table.ts";
import { OPENSHIFT_KUBERNETES_TABLE, OPENSHIFT_TABLE } from "./openshift-table.ts";
import { isOpenShiftPrefix } from "./registry-folder.ts";
import { REMOVED_TABLE } from "./removed-table.ts";

/**
 * The folders under a prefix in which an API server may keep a resource, without slashes at their ends: where a read
 * must look that may not see the whole prefix. A resource of no table is a custom resource where it has a group, and
 * a folder of its own name else.
 * @param resource `resource` or `resource.group`
 */
export function foldersOfResource(prefix: string, resource: string): readonly string[] {
  const known = tablesOf(prefix).flatMap((table) =>
    table.filter(([, name]) => name === resource).map(([folder]) => folder),
  );
  const dot = resource.indexOf(".");
  const own = dot === -1 ? resource : `${resource.slice(dot + 1)}/${resource.slice(0, dot)}`;
  return known.length > 0 ? [...new Set(known)] : [own];
}

/** Likewise for all resources of a group that has a name: those of the tables, and the folder of custom resources. */
export function foldersOfGroup(prefix: string, group: string): readonly string[] {
  const known = tablesOf(prefix).flatMap((table) =>
    table.filter(([, name]) => name.includes(".") && groupOf(name) === group).map(([folder]) => folder),
  );
  return [...new Set([...known, group])];
}

function tablesOf(prefix: string) {
  return [
    ...(isOpenShiftPrefix(prefix) ? [OPENSHIFT_TABLE] : []),
    BUILT_IN_TABLE,
    REMOVED_TABLE,
    OPENSHIFT_KUBERNETES_TABLE,
    NEVER_ENCRYPTED_TABLE,
  ];
}

function groupOf(resource: string): string {
  return resource.slice(resource.indexOf(".") + 1);
}
