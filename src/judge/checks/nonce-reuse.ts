import type { ValueCheck } from "../value-check.ts";

/** Two different ciphertexts share key and nonce: their plaintexts can be worked out from each other, or forged. */
export const NONCE_REUSE: ValueCheck = {
  kind: "nonce-reuse",
  holds: ({ location, repeatsNonce }) => repeatsNonce && (location === "head" || location === "history"),
};
