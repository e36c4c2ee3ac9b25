import { posix } from "node:path";
import { registryFolder } from "./registry-folder.ts";
import { type StorageSign, storageSign } from "./storage-sign.ts";

/** The prefixes that are looked for where none is named: Kubernetes', and OpenShift's two. */
export const DEFAULT_PREFIXES = ["/registry", "/kubernetes.io", "/openshift.io"] as const;

/** No table has a folder of more segments. */
const LONGEST_FOLDER = 3;
/** Calico keeps objects of Kubernetes' form in etcd itself: no API server writes them, so none can encrypt them. */
const NOT_OF_AN_API_SERVER = "/calico/";

/**
 * The prefix as the API server joins it, `path.Join("/", prefix)` (k8s.io/apiserver pkg/storage/etcd3/store.go):
 * `registry` is `/registry`, `/a//b/` is `/a/b`, `/` stays `/`.
 */
export function normalizePrefix(prefix: string): string {
  const joined = posix.join("/", prefix);
  return joined.length > 1 && joined.endsWith("/") ? joined.slice(0, -1) : joined;
}

/** The bytes that keys under the prefix begin with. They always end in a slash, or `/a` would take `/ab/...` too. */
export function prefixBytes(prefix: string): Uint8Array {
  const normalized = normalizePrefix(prefix);
  return new TextEncoder().encode(normalized === "/" ? normalized : `${normalized}/`);
}

/**
 * The prefix under which a key outside all known prefixes seems to lie, normalized: `/custom.example.com/registry` for
 * `/custom.example.com/registry/secrets/a/b`. null when key or value has no Kubernetes shape, or the folder is one
 * that neither a table nor a custom resource explains. Where several prefixes fit, the shortest.
 * @param valueStart the first bytes of the stored value, 128 or more where it has them
 */
export function prefixOfForeignKey(key: string, valueStart: Uint8Array): string | null {
  const sign = storageSign(valueStart);
  if (sign === null || !key.startsWith("/") || key.startsWith(NOT_OF_AN_API_SERVER)) return null;
  const segments = key.slice(1).split("/");
  if (segments.includes("")) return null;
  // A custom resource's plural may be that of a built-in one: a group that the value tells decides first.
  const group = sign.kind === "json" ? sign.group : null;
  return (
    prefixBefore(segments, (at) => segments[at] === group && isCustomResource(segments, at)) ??
    prefixBefore(segments, (at) => isTableResource(segments, at)) ??
    prefixBefore(segments, (at) => mayBeCustomResource(sign) && isCustomResource(segments, at))
  );
}

function prefixBefore(segments: readonly string[], holds: (at: number) => boolean): string | null {
  const at = segments.findIndex((_, index) => holds(index));
  return at === -1 ? null : `/${segments.slice(0, at).join("/")}`;
}

function isTableResource(segments: readonly string[], at: number): boolean {
  const prefix = segments.slice(0, at).join("/");
  for (let count = 1; count <= LONGEST_FOLDER; count++) {
    const { namespaced } = registryFolder(prefix, segments.slice(at, at + count).join("/"));
    if (namespaced !== null && segments.length - at - count === (namespaced ? 2 : 1)) return true;
  }
  return false;
}

function isCustomResource(segments: readonly string[], at: number): boolean {
  const [group = "", plural = ""] = segments.slice(at, at + 2);
  const rest = segments.length - at - 2;
  return group.includes(".") && !plural.includes(".") && (rest === 1 || rest === 2);
}

// Custom resources are never stored as protobuf, and JSON would have told the group.
function mayBeCustomResource(sign: StorageSign): boolean {
  return sign.kind === "transformed" || sign.kind === "cbor";
}
