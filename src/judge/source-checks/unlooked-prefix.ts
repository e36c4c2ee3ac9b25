import type { SourceCheck } from "../source-check.ts";

/** Kubernetes-shaped keys outside the prefixes that were looked at. */
export const UNLOOKED_PREFIX: SourceCheck = {
  kind: "unlooked-prefix",
  examine: ({ unlooked }) => unlooked.map((prefix) => ({ kind: "unlooked-prefix", ...prefix })),
};
