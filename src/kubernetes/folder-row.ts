/** Whether the keys of a resource hold a namespace before the name. */
type Scope = "namespaced" | "cluster";

/** One resource: its folder under the prefix, its name as `resource` or `resource.group`, and its scope. */
export type FolderRow = readonly [folder: string, resource: string, scope: Scope];
