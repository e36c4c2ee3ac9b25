import type { KubernetesObject, RestClient } from "./rest-client.ts";

/** How many of the objects of a list were stored anew. */
export interface Rewrite {
  readonly total: number;
  readonly moved: number;
}

const ANNOTATION = "encryption-key-rotation-time";

/**
 * What `kubectl get -o json | kubectl replace -f -` does: one list, then a PUT of each object without its managed fields.
 * @param annotation set on each object first, so that it changes; when not given nothing does
 */
export async function rewriteAll(
  server: RestClient,
  path: string,
  { annotation }: { readonly annotation?: string },
): Promise<Rewrite> {
  const objects = await server.list(path);
  let moved = 0;
  for (const { metadata, ...object } of objects) {
    const { managedFields, ...kept } = metadata;
    const annotations = { ...kept.annotations, ...(annotation === undefined ? {} : { [ANNOTATION]: annotation }) };
    const changed = { ...object, metadata: { ...kept, annotations } };
    const stored = await server.must("PUT", pathOf(path, metadata), changed);
    if (revisionOf(stored) !== revisionOf({ metadata })) moved++;
  }
  return { total: objects.length, moved };
}

/** The path of one object of a list over all namespaces, or over one. */
function pathOf(list: string, { namespace, name }: KubernetesObject["metadata"]): string {
  if (namespace === undefined || list.includes("/namespaces/")) return `${list}/${name}`;
  const [plural] = list.split("/").slice(-1);
  return `${list.slice(0, -`${plural}`.length)}namespaces/${namespace}/${plural}/${name}`;
}

function revisionOf(object: unknown): unknown {
  return (object as { metadata: { resourceVersion?: string } }).metadata.resourceVersion;
}
