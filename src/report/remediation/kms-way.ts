import type { AuditResult } from "../../model/audit-result.ts";
import type { Finding } from "../../model/finding.ts";
import { remedyOf } from "./remedy.ts";

/**
 * What makes the API server store an object again. `replace`: the object as it is, enough wherever the API server
 * itself sees that the value is stale. `annotate`: a changed annotation, where it does not.
 */
export type Way = "replace" | "annotate";

/** A way, and whether the API servers must be restarted before it helps. */
export interface Rewriting {
  readonly way: Way;
  readonly restartFirst: boolean;
}

const REPLACE: Rewriting = { way: "replace", restartFirst: false };
const ANNOTATE: Rewriting = { way: "annotate", restartFirst: false };
const RESTART_AND_ANNOTATE: Rewriting = { way: "annotate", restartFirst: true };

/**
 * How the value of a finding comes under the key in force. The API server writes an unchanged object only when its
 * value is stale, and a rotation of the remote key makes none stale under KMS v1, nor under KMS v2 when the plugin keeps its
 * key ID: then one data key serves until the API server is restarted (k8s.io/apiserver
 * pkg/storage/etcd3/store.go `GuaranteedUpdate`, pkg/storage/value/encrypt/envelope).
 * @param newestKeyIds see `newestKeyIds`
 */
export function rewritingOf({ kind, subject }: Finding, newestKeyIds: ReadonlyMap<string, string | null>): Rewriting {
  const remedy = remedyOf(kind);
  if (remedy.kind !== "steps" || remedy.ofRemoteKey !== true || subject.kind !== "value") return REPLACE;
  const { provider, keyName, keyId, kekVersion } = subject.value.valueClass;
  if (provider === "kms-v1") return ANNOTATE;
  // Under the newest key ID and stale all the same: its version alone has changed.
  return kekVersion !== null && newestKeyIds.get(keyName ?? "") === keyId ? RESTART_AND_ANNOTATE : REPLACE;
}

/** The key ID under which each KMS v2 plugin was last seen to write, by the plugin's name. */
export function newestKeyIds({ summary }: AuditResult): ReadonlyMap<string, string | null> {
  const newest = new Map<string, { keyId: string | null; lastWrite: number }>();
  for (const { valueClass, lastWrite } of summary.keys) {
    const { provider, state, keyName, keyId } = valueClass;
    if (provider !== "kms-v2" || state !== "encrypted" || lastWrite === null) continue;
    const seen = newest.get(keyName ?? "");
    if (seen === undefined || lastWrite > seen.lastWrite) newest.set(keyName ?? "", { keyId, lastWrite });
  }
  return new Map([...newest].map(([name, { keyId }]) => [name, keyId]));
}
