import type { ValueCheck } from "../value-check.ts";

/** A superseded revision of an audited resource, also of a deleted key, is not encrypted and still stored. */
export const PLAINTEXT_REVISION: ValueCheck = {
  kind: "plaintext-revision",
  holds: ({ valueClass, location }) => valueClass.state === "plaintext" && location === "history",
};
