import type { ValueCheck } from "../value-check.ts";

/** No provider or key in force can read a live value: the API server fails on it. What no provider wrote is named otherwise. */
export const UNREADABLE_VALUE: ValueCheck = {
  kind: "unreadable-value",
  holds: ({ valueClass, location, standing }) =>
    location === "head" &&
    (valueClass.state === "encrypted" || valueClass.state === "plaintext") &&
    (standing?.outcome === "no-key" || standing?.outcome === "no-object"),
};
