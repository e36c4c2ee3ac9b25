import type { ValueCheck } from "../value-check.ts";

/** A live value opens, but not under the write key: it was not rewritten since the rotation. */
export const STALE_KEY: ValueCheck = {
  kind: "stale-key",
  holds: ({ valueClass, location, standing }) =>
    location === "head" && valueClass.state === "encrypted" && standing?.outcome === "stale",
};
