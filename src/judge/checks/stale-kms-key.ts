import type { ValueCheck } from "../value-check.ts";

/** A live value lies under an older KMS key than the one in force. One that is stale by its place is told as that. */
export const STALE_KMS_KEY: ValueCheck = {
  kind: "stale-kms-key",
  holds: ({ location, kmsStanding, standing }) =>
    location === "head" && (kmsStanding === "older" || kmsStanding === "seems-older") && standing?.outcome !== "stale",
};
