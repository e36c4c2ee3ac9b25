import type { Finding } from "../../model/finding.ts";
import type { StoredValue } from "../../model/stored-value.ts";
import { type KubectlObject, kubectlObject } from "./kubectl-object.ts";
import { remedyOf } from "./remedy.ts";

/** What a finding that asks for a rewrite comes to: `identity-writes`: a rewrite would store the value in plaintext. */
export type Rewritable = KubectlObject | { readonly kind: "identity-writes" };

/** Where findings count: the source that stands for the cluster, and the resources whose definition is gone. */
export interface ClusterView {
  readonly cluster: number;
  readonly unserved: ReadonlySet<string>;
}

/** The object of a finding that asks for a rewrite; null for any other finding, and outside the cluster. */
export function objectToRewrite(finding: Finding, { cluster, unserved }: ClusterView): Rewritable | null {
  const remedy = remedyOf(finding.kind);
  if (finding.source !== cluster || remedy.kind !== "steps" || !remedy.steps.includes("rewrite")) return null;
  const value = liveValue(finding);
  if (value === null) return null;
  if (value.standing?.writeKey.provider === "identity") return { kind: "identity-writes" };
  return kubectlObject(value, unserved);
}

/** The live value that a finding is about; null for anything else. */
export function liveValue({ subject }: Finding): StoredValue | null {
  return subject.kind === "value" && subject.value.location === "head" ? subject.value : null;
}
