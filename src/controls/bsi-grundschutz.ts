import type { Control } from "./control.ts";

/** BSI IT-Grundschutz. It speaks of the file systems below etcd: encrypted values are supporting evidence only. */
export const BSI_GRUNDSCHUTZ = {
  "BSI IT-Grundschutz": [
    {
      id: "APP.4.4.A20",
      title: "Verschlüsselte Datenhaltung bei Pods (H), supporting evidence",
      matter: "data-at-rest",
    },
  ],
} as const satisfies Record<string, readonly Control[]>;
