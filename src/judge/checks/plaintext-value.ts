import type { ValueCheck } from "../value-check.ts";

/** A live value of an audited resource is not encrypted. */
export const PLAINTEXT_VALUE: ValueCheck = {
  kind: "plaintext-value",
  holds: ({ valueClass, location }) => valueClass.state === "plaintext" && location === "head",
};
