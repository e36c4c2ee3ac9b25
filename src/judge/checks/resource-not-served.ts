import type { ValueCheck } from "../value-check.ts";

/** A live value of a custom resource whose definition is gone: kubectl can't rewrite it. */
export const RESOURCE_NOT_SERVED: ValueCheck = {
  kind: "resource-not-served",
  holds: ({ isServed, location }) => !isServed && location === "head",
};
