import type { FolderRow } from "./folder-row.ts";

/**
 * Folders whose values are written past the encryption of the storage layer, whatever the configuration says; each is
 * a resource by the folder's name. `health` is the key that kine writes when it starts.
 * (k8s.io/kubernetes pkg/controlplane/instance.go, pkg/registry/core/rest/storage_core.go; k3s-io/kine
 * pkg/logstructured/logstructured.go.)
 */
export const NEVER_ENCRYPTED_TABLE: readonly FolderRow[] = [
  ["health", "health", "cluster"],
  ["masterleases", "masterleases", "cluster"],
  ["peerserverleases", "peerserverleases", "cluster"],
  ["ranges", "ranges", "cluster"],
];
