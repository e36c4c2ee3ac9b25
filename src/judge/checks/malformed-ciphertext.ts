import type { ValueCheck } from "../value-check.ts";

/** A value has the prefix of a known provider, on bytes that this provider can't have written. */
export const MALFORMED_CIPHERTEXT: ValueCheck = {
  kind: "malformed-ciphertext",
  holds: ({ valueClass, location }) =>
    valueClass.state === "malformed" && (location === "head" || location === "history"),
};
