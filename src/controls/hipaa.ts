import type { Control } from "./control.ts";

/** The HIPAA Security Rule; the specification is addressable. */
export const HIPAA = {
  HIPAA: [{ id: "45 CFR 164.312(a)(2)(iv)", title: "Encryption and decryption (addressable)", matter: "data-at-rest" }],
} as const satisfies Record<string, readonly Control[]>;
