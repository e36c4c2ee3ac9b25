import type { SourceOverview } from "./source-check.ts";

/** Revisions by which the compact revision stays behind the head where kube-apiserver compacts every five minutes. */
const USUAL_DISTANCE = 20_000;

/**
 * Whether compaction will remove what is superseded: of a running etcd that has been compacted, or in which API servers
 * agree on compactions (apiserver pkg/storage/etcd3/compact.go), not long ago. A file is never compacted again.
 */
export function compactionGoesOn({ facts, compactRevisionKeyRecords }: SourceOverview): boolean {
  const { kind, revision, compactRevision } = facts;
  if (kind !== "live" || revision === null || compactRevision === null) return false;
  return (compactRevision > 0 || compactRevisionKeyRecords > 0) && revision - compactRevision <= USUAL_DISTANCE;
}

/**
 * Whether nothing moves the compact revision. A file has no clock; what it can show is that it was never compacted, that no
 * API server keeps the key with which they agree on compactions, and that superseded revisions have piled up. A running
 * etcd shows it also by a distance that no regular compaction leaves. Not told where that key could not be looked for.
 */
export function isCompactionStalled({
  facts,
  compactRevisionKeyRecords,
  supersededRevisions,
}: SourceOverview): boolean {
  const { kind, revision, compactRevision, scheduledCompactRevision, looksOutsidePrefixes } = facts;
  if (revision === null || compactRevision === null || !looksOutsidePrefixes || compactRevisionKeyRecords > 0)
    return false;
  if (kind === "live" && revision - compactRevision > USUAL_DISTANCE) return true;
  const wasCompacted = compactRevision > 0 || (scheduledCompactRevision ?? 0) > 0;
  return !wasCompacted && supersededRevisions > 0;
}
