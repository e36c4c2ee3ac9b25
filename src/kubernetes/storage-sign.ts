import { beginsWith } from "../bytes/begins-with.ts";

const PROTOBUF = new TextEncoder().encode("k8s\0");
const TRANSFORMED = new TextEncoder().encode("k8s:enc:");
const CBOR = Uint8Array.of(0xd9, 0xd9, 0xf7);
const OPENING_BRACE = 0x7b;
/** Enough for the first two members of an object, which are kind and apiVersion. */
const JSON_START_LENGTH = 512;

/** What shows that an API server wrote a value; `group` is the API group in a JSON object's apiVersion. */
export type StorageSign =
  | { readonly kind: "transformed" | "protobuf" | "cbor" }
  | { readonly kind: "json"; readonly group: string | null };

/**
 * What the first bytes of a value tell of its writer: a transformer's prefix, the magic of Kubernetes' protobuf or
 * CBOR (k8s.io/apimachinery pkg/runtime/serializer), or a JSON object that begins with kind or apiVersion. null: no
 * sign.
 */
export function storageSign(valueStart: Uint8Array): StorageSign | null {
  if (beginsWith(valueStart, 0, valueStart.length, TRANSFORMED)) return { kind: "transformed" };
  if (beginsWith(valueStart, 0, valueStart.length, PROTOBUF)) return { kind: "protobuf" };
  if (beginsWith(valueStart, 0, valueStart.length, CBOR)) return { kind: "cbor" };
  if (valueStart[0] !== OPENING_BRACE) return null;
  const text = new TextDecoder().decode(valueStart.subarray(0, JSON_START_LENGTH));
  if (!/^\{\s*"(?:apiVersion|kind)"\s*:\s*"/.test(text)) return null;
  return { kind: "json", group: /"apiVersion"\s*:\s*"([^"/]+)\//.exec(text)?.[1] ?? null };
}
