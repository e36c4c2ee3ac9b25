import { isCompactionStalled } from "../compaction.ts";
import type { SourceCheck } from "../source-check.ts";

/** The compact revision was learned, and nothing moves it. */
export const COMPACTION_STALLED: SourceCheck = {
  kind: "compaction-stalled",
  examine(overview) {
    const { revision, compactRevision } = overview.facts;
    if (revision === null || compactRevision === null || !isCompactionStalled(overview)) return [];
    return [{ kind: "compaction-stalled", revision, compactRevision }];
  },
};
