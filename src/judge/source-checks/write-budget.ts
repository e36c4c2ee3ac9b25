import type { SourceCheck } from "../source-check.ts";

/** Writes after which Kubernetes' documentation has a key of aesgcm rotated: its nonces are random, of 96 bits. */
const MOST_WRITES = 200_000;
const NEAR = 0.8 * MOST_WRITES;

/**
 * A key of aesgcm is near or past the number of writes that its nonces allow. How often a deleted object was written can't be
 * seen: a key is near when what was seen says so, or when the versions of what lies under it add up to so many.
 */
export const WRITE_BUDGET: SourceCheck = {
  kind: "write-budget",
  examine: ({ budgets }) =>
    budgets
      .filter(({ atLeast, atMost, versions }) => atLeast >= NEAR || Math.min(atMost, versions) >= MOST_WRITES)
      .map(({ key, atLeast, atMost }) => ({ kind: "write-budget", key, atLeast, atMost })),
};
