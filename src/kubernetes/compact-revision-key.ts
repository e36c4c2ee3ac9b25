import { beginsWith } from "../bytes/begins-with.ts";
import type { RegistryFolder } from "./registry-folder.ts";

const COMPACT_REVISION_KEY = new TextEncoder().encode("compact_rev_key");

/**
 * What the whole key `compact_rev_key` stands for, which lies outside every prefix: kube-apiservers agree there on the
 * next compaction, in plain text (k8s.io/apiserver pkg/storage/etcd3/compact.go).
 */
export const COMPACT_REVISION_FOLDER: RegistryFolder = {
  resource: "compact_rev_key",
  origin: "never-encrypted",
  namespaced: false,
};

/** Whether the key of `length` bytes at `offset` is `compact_rev_key`. */
export function isCompactRevisionKey(bytes: Uint8Array, offset: number, length: number): boolean {
  return length === COMPACT_REVISION_KEY.length && beginsWith(bytes, offset, offset + length, COMPACT_REVISION_KEY);
}
