import type { Control } from "./control.ts";

/** ISO/IEC 27001:2022, Annex A: it asks for encryption and for the management of keys. */
export const ISO_27001 = {
  "ISO/IEC 27001:2022": [{ id: "A.8.24", title: "Use of cryptography", matter: "use-of-cryptography" }],
} as const satisfies Record<string, readonly Control[]>;
