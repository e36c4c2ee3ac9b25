import type { StoredValue } from "../../model/stored-value.ts";
import { isSafeToShow } from "../escape.ts";
import { decodeEtcdKey } from "../etcd-key.ts";

/** How kubectl names the object that a value belongs to, or why it can't. */
export type KubectlObject =
  | { readonly kind: "object"; readonly resource: string; readonly namespace: string | null; readonly name: string }
  | { readonly kind: "unreachable"; readonly why: "no-such-name" | "not-served" };

const UNREACHABLE: KubectlObject = { kind: "unreachable", why: "no-such-name" };
const NOT_SERVED: KubectlObject = { kind: "unreachable", why: "not-served" };

// k8s.io/apimachinery pkg/util/validation: IsDNS1123Label, IsDNS1123Subdomain.
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LONGEST_SUBDOMAIN = 253;

/** Groups and resources whose names need only fit one segment of a path, such as `system:node` of clusterroles. */
const PATH_SEGMENT_RESOURCE =
  /\.rbac\.authorization\.k8s\.io$|^apiservices\.|^clustertrustbundles\.|^ipaddresses\.|\.openshift\.io$/;
/** The API has no limit for them; this one keeps a batch within what one command takes. */
const LONGEST_PATH_SEGMENT = 512;

/**
 * The object by the names that kubectl takes, each a valid name by the API server's rules for the resource: whatever
 * else lies in etcd was not put there by an API server, and no command must hold it.
 * @param unserved resources whose definition is gone
 */
export function kubectlObject(value: StoredValue, unserved: ReadonlySet<string>): KubectlObject {
  const { resource, namespace, name } = value;
  if (name === null || !isSubdomain(resource) || !isObjectName(resource, name)) return UNREACHABLE;
  if (namespace !== null && !LABEL.test(namespace)) return UNREACHABLE;
  const key = decodeEtcdKey(value.key);
  // A key with an empty segment reads like the object beside it, which an API server would find and this value not.
  if (key.kind === "base64" || key.text.includes("//")) return UNREACHABLE;
  return unserved.has(resource) ? NOT_SERVED : { kind: "object", resource, namespace, name };
}

function isObjectName(resource: string, name: string): boolean {
  return isSubdomain(name) || (PATH_SEGMENT_RESOURCE.test(resource) && isPathSegment(name));
}

function isSubdomain(text: string): boolean {
  return text.length <= LONGEST_SUBDOMAIN && SUBDOMAIN.test(text);
}

/** k8s.io/apimachinery pkg/api/validation/path `IsValidPathSegmentName`, and of these only names that can be shown. */
function isPathSegment(text: string): boolean {
  return (
    text !== "" &&
    text !== "." &&
    text !== ".." &&
    !/[/%]/.test(text) &&
    text.length <= LONGEST_PATH_SEGMENT &&
    isSafeToShow(text)
  );
}
