import type { ValueCheck } from "../value-check.ts";

/** Plaintext of an audited resource lies in bytes that the store no longer uses, or in a WAL file. */
export const PLAINTEXT_RESIDUE: ValueCheck = {
  kind: "plaintext-residue",
  holds: ({ valueClass, location }) =>
    valueClass.state === "plaintext" && location !== "head" && location !== "history",
};
