import type { ValueCheck } from "../value-check.ts";

/** The key that a live value names is there, and does not open it. */
export const DECRYPTION_FAILED: ValueCheck = {
  kind: "decryption-failed",
  holds: ({ valueClass, location, standing }) =>
    location === "head" && valueClass.state === "encrypted" && standing?.outcome === "wrong-key",
};
