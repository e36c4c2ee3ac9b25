import type { SourceCheck } from "../source-check.ts";

/** Freed space that may hold old values: bbolt does not wipe the pages that a compaction frees. */
export const DEFRAGMENTATION_DUE: SourceCheck = {
  kind: "defragmentation-due",
  examine({ facts }) {
    const freeBytes = (facts.dbSize ?? 0) - (facts.dbSizeInUse ?? facts.dbSize ?? 0);
    return freeBytes > 0 ? [{ kind: "defragmentation-due", freeBytes }] : [];
  },
};
