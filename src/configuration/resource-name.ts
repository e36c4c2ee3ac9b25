/** A resource as the API server splits its name: at the first dot (apimachinery schema.ParseGroupResource). */
export interface GroupResource {
  /** Empty for the core group; `*` for every group. */
  readonly group: string;
  /** `*` for every resource of the group. */
  readonly resource: string;
}

export function parseResource(name: string): GroupResource {
  const dot = name.indexOf(".");
  return dot === -1 ? { group: "", resource: name } : { group: name.slice(dot + 1), resource: name.slice(0, dot) };
}

/** The name that stands for a resource: `secrets`, `deployments.apps`, `*.apps`, `*.` or `*.*`. */
export function resourceText({ group, resource }: GroupResource): string {
  if (group !== "") return `${resource}.${group}`;
  return resource === "*" ? "*." : resource;
}

/**
 * The rules that can hold for a resource, the one that wins first: itself, all of its group, everything
 * (apiserver encryptionconfig/config.go: transformerFromOverrides).
 */
export function rulesFor(name: string): readonly string[] {
  const { group } = parseResource(name);
  return [resourceText(parseResource(name)), resourceText({ group, resource: "*" }), "*.*"];
}
