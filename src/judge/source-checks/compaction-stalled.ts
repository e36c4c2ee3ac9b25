import type { SourceCheck } from "../source-check.ts";

/**
 * The compact revision was learned and nothing moves it. A file has no clock; what it can show is that it was never
 * compacted, that no API server keeps the key with which they agree on compactions
 * (apiserver pkg/storage/etcd3/compact.go), and that superseded revisions have piled up.
 */
export const COMPACTION_STALLED: SourceCheck = {
  kind: "compaction-stalled",
  examine({ facts, compactRevisionKeyRecords, supersededRevisions }) {
    const { revision, compactRevision, scheduledCompactRevision } = facts;
    if (revision === null || compactRevision === null) return [];
    const wasCompacted = compactRevision > 0 || (scheduledCompactRevision ?? 0) > 0;
    if (wasCompacted || compactRevisionKeyRecords > 0 || supersededRevisions === 0) return [];
    return [{ kind: "compaction-stalled", revision, compactRevision }];
  },
};
