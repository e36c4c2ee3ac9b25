import type { EtcdClient } from "../../etcd/client/etcd-client.ts";
import type { RecordBatch } from "../../model/record-batch.ts";
import type { RecordSink } from "../../model/record-sink.ts";
import type { IncompleteReasons } from "../incomplete.ts";
import type { Wish } from "../source.ts";
import { type HeadPin, newestOf, type ReadRange } from "./range-reader.ts";

/** How much history is read without being asked for, in revisions between compact revision and head. */
export const HISTORY_LIMIT = 20_000;

/** How history is read: not at all, as events, or through the member's own snapshot. */
export type HistoryPlan = "none" | "watch" | "snapshot";

/** How to read what lies between the compact revision and the head. etcd feeds events in ticks of 1,000 revisions. */
export function historyPlan(wish: Wish, head: number, compactRevision: number): HistoryPlan {
  const isLong = head - compactRevision > HISTORY_LIMIT;
  switch (wish) {
    case "no":
      return "none";
    case "auto":
      return isLong ? "none" : "watch";
    case "yes":
      return isLong ? "snapshot" : "watch";
  }
}

/**
 * Hands over every revision of the ranges that is still stored up to the head: the state at the compact revision, and
 * every event after it. Live values come once more among them.
 */
export async function readRangeHistory(
  client: EtcdClient,
  ranges: readonly ReadRange[],
  compactRevision: number,
  pin: HeadPin,
  serverVersion: string,
  sink: RecordSink,
  reasons: IncompleteReasons,
): Promise<void> {
  const onBatch = (batch: RecordBatch): void => sink.add(batch);
  for (const { newestRevision, ...range } of ranges) {
    let events = 0;
    let newestEvent = compactRevision;
    await client.readHistory({
      ...range,
      fromRevision: compactRevision + 1,
      toRevision: pin.revision,
      serverVersion,
      onBatch: (batch) => {
        events += batch.count;
        newestEvent = Math.max(newestEvent, newestOf(batch));
        onBatch(batch);
      },
    });
    // Old releases may say that all events were sent before they were (etcd issue 15220); events come in order.
    if (newestEvent < newestRevision) {
      const what = `etcd's watch ended at revision ${newestEvent}, and revision ${newestRevision} should have come`;
      reasons.add("lost-connection", `${what}; scan again, or scan a snapshot`);
    }
    // Without an event since the compaction, the state at the compact revision is the live one.
    if (events === 0 || compactRevision === 0) continue;
    await client.readRange({ ...range, ...pin, revision: compactRevision, mayStream: true, onBatch });
  }
}
