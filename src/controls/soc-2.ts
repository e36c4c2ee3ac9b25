import type { Control } from "./control.ts";

/** SOC 2 Trust Services Criteria; a snapshot that is kept elsewhere has left the system. */
export const SOC_2 = {
  "SOC 2 TSC": [
    { id: "CC6.1", title: "Logical access to protected information assets is restricted", matter: "data-at-rest" },
    { id: "CC6.7", title: "Information that leaves the system is protected", matter: "data-at-rest" },
  ],
} as const satisfies Record<string, readonly Control[]>;
