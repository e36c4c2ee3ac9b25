import { describe } from "vitest";
import { type EtcdBinaries, findEtcd } from "../etcd/find-etcd.ts";
import { findKubernetes, type KubernetesBinaries } from "./find-kubernetes.ts";

/** All programs that a story needs. */
export interface ClusterBinaries {
  readonly etcd: EtcdBinaries;
  readonly kubernetes: KubernetesBinaries;
}

const found = await findBinaries();

async function findBinaries(): Promise<ClusterBinaries | null> {
  const [etcd, kubernetes] = [await findEtcd(), await findKubernetes()];
  if (etcd.kind === "found" && kubernetes.kind === "found") {
    return { etcd: etcd.binaries, kubernetes: kubernetes.binaries };
  }
  const reasons = [etcd, kubernetes].flatMap((search) => (search.kind === "missing" ? search.reasons : []));
  const message = `no Kubernetes for the stories:\n${reasons.map((reason) => `  ${reason}\n`).join("")}`;
  if (process.env["CI"]) throw new Error(message);
  process.stderr.write(message);
  return null;
}

/** A suite that needs real Kubernetes: skipped where none can be had, and a failure there when `CI` is set. */
export function describeKubernetes(name: string, body: (binaries: ClusterBinaries) => void): void {
  if (found === null) describe.skip(name);
  else describe(`${name} (Kubernetes ${found.kubernetes.version})`, () => body(found));
}
