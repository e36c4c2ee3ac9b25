import type { Control } from "./control.ts";

/** NIST SP 800-53 and the FedRAMP baseline that is drawn from it. */
export const NIST_800_53 = {
  "NIST SP 800-53 r5": [
    { id: "SC-28", title: "Protection of Information at Rest", matter: "data-at-rest" },
    { id: "SC-28(1)", title: "Cryptographic Protection", matter: "data-at-rest" },
    { id: "SC-12", title: "Cryptographic Key Establishment and Management", matter: "key-management" },
    { id: "SC-13", title: "Cryptographic Protection", matter: "approved-algorithms" },
  ],
  "FedRAMP Moderate r4": [{ id: "SC-28", title: "Protection of Information at Rest", matter: "data-at-rest" }],
} as const satisfies Record<string, readonly Control[]>;
