import type { Control } from "./control.ts";

const KMS = ["kms-v1", "kms-v2"] as const;

/** CIS benchmarks of single platforms. Managed clusters give no access to etcd: a snapshot is needed. */
export const CIS_PLATFORMS = {
  "CIS Amazon EKS Benchmark": [
    {
      id: "5.3.1",
      title: "Ensure Kubernetes Secrets are encrypted using Customer Master Keys (CMKs) managed in AWS KMS",
      matter: "secrets-encrypted",
      only: "managed",
      providers: KMS,
    },
  ],
  "CIS AKS Benchmark": [
    { id: "5.3.1", title: "Ensure Kubernetes Secrets are encrypted", matter: "secrets-encrypted", only: "managed" },
  ],
  "CIS GKE Benchmark": [gke("5.3.1")],
  "CIS GKE Benchmark 1.0": [gke("6.3.1")],
  "CIS OpenShift Benchmark 1.9": [
    {
      id: "1.2.29",
      title: "Ensure that encryption providers are appropriately configured",
      matter: "accepted-providers",
      only: "openshift",
    },
  ],
} as const satisfies Record<string, readonly Control[]>;

function gke(id: string): Control {
  return {
    id,
    title: "Ensure Kubernetes Secrets are encrypted using keys managed in Cloud KMS",
    matter: "secrets-encrypted",
    only: "managed",
    providers: KMS,
  };
}
