import type { Control } from "./control.ts";

/** DISA STIGs: identity as the first provider is a finding under both. */
export const DISA_STIG = {
  "DISA Kubernetes STIG": [
    {
      id: "V-274882 / CNTR-K8-001162",
      title: "Kubernetes Secrets must be encrypted at rest.",
      matter: "secrets-encrypted",
    },
  ],
  "DISA OpenShift STIG": [
    {
      id: "V-257564 / CNTR-OS-000780",
      title:
        "OpenShift keystore must implement encryption to prevent unauthorized disclosure of information at rest " +
        "within the container platform.",
      matter: "secrets-encrypted",
      only: "openshift",
    },
  ],
} as const satisfies Record<string, readonly Control[]>;
