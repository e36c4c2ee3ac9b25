import { RecordBatch } from "../../model/record-batch.ts";
import { EtcdClientError } from "./client-error.ts";
import { decoded } from "./decoded.ts";
import type { Member } from "./member.ts";
import { encodeWatchCreate, encodeWatchProgress } from "./messages.ts";
import type { RangeScanTools } from "./range-scan.ts";
import { dropFirstRows, dropRowsAbove } from "./trim-batch.ts";
import { decodeWatchResponse, type WatchMessage } from "./watch-response.ts";

/** How often the server is asked how far it is; it feeds a watch that lags in ticks of this length. */
const TICK_MS = 100;
/** Answers without an event between them that count as the end, where a single one does not. */
const QUIET_ANSWERS = 5;

/** What to read of the history: every event of a range between two revisions, both included. */
export interface WatchScan {
  readonly key: Uint8Array;
  readonly rangeEnd: Uint8Array;
  readonly fromRevision: number;
  /** The head at which the scan is pinned; later events are left out. */
  readonly toRevision: number;
  /** The server's release, such as `3.5.21`. */
  readonly serverVersion: string;
  /** Takes the events, in order of revision; deletions are tombstones. The batch is valid during the call only. */
  readonly onBatch: (batch: RecordBatch) => void;
}

/** How a watch ended. */
export interface WatchOutcome {
  /**
   * Whether the server itself said that no event is missing. Releases before 3.4.25 and 3.5.8 may say so too early; with
   * them the end is that nothing more came for some ticks, and what was read should be held against the head.
   */
  readonly isCertain: boolean;
}

/** How far the events have come: the last revision, and how many of its events. */
interface Progress {
  revision: number;
  events: number;
}

/**
 * Reads history as events. After a lost connection it goes on behind the last event that came.
 * @throws EtcdClientError; `compacted` with the compact revision when the watch begins below it
 */
export async function readHistory(scan: WatchScan, tools: RangeScanTools): Promise<WatchOutcome> {
  const isCertain = tellsProgressTruly(scan.serverVersion);
  const progress: Progress = { revision: scan.fromRevision, events: 0 };
  if (scan.fromRevision <= scan.toRevision) {
    const answersNeeded = isCertain ? 1 : QUIET_ANSWERS;
    await tools.pool.call((member) => watchOn(member, scan, tools, progress, answersNeeded));
  }
  return { isCertain };
}

/** Whether a release answers a progress request only when all events before have been sent (etcd issue 15220). */
export function tellsProgressTruly(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  if (major !== 3) return major > 3;
  if (minor === 4) return patch >= 25;
  if (minor === 5) return patch >= 8;
  return minor > 5;
}

async function watchOn(
  member: Member,
  scan: WatchScan,
  tools: RangeScanTools,
  progress: Progress,
  answersNeeded: number,
): Promise<void> {
  const batch = new RecordBatch();
  const exchange = member.watch();
  // Begun anew in the middle of a revision, the watch repeats the events of it that came already.
  let repeated = progress.events;
  let answers = 0;
  // Answers can come in a bunch after a delay; of each tick one counts.
  let isAsked = false;
  let timer: NodeJS.Timeout | undefined;
  const ask = (): void => {
    isAsked = true;
    exchange.send(encodeWatchProgress());
  };
  exchange.send(encodeWatchCreate(scan.key, scan.rangeEnd, progress.revision));
  try {
    for await (const bytes of exchange.messages) {
      const message = decoded(member.endpoint.text, () => decodeWatchResponse(bytes, batch));
      if (message.canceled) throw refusal(message, member);
      if (batch.count > 0) {
        answers = 0;
        const dropped = Math.min(repeated, batch.count);
        repeated -= dropped;
        dropFirstRows(batch, dropped);
        const isPastEnd = dropRowsAbove(batch, scan.toRevision);
        advance(progress, batch);
        tools.cost.revisions += batch.count;
        if (batch.count > 0) scan.onBatch(batch);
        if (isPastEnd) return;
        await tools.limiter.spend(bytes.length);
      } else if (message.created) {
        timer ??= setInterval(ask, TICK_MS);
      } else if (isAsked && message.revision >= scan.toRevision) {
        isAsked = false;
        answers += 1;
        if (answers >= answersNeeded) return;
      }
    }
    throw new EtcdClientError("lost-connection", member.endpoint.text, { detail: "the watch ended" });
  } finally {
    clearInterval(timer);
  }
}

function advance(progress: Progress, batch: RecordBatch): void {
  for (let row = 0; row < batch.count; row++) {
    const revision = batch.main[row] as number;
    progress.events = revision === progress.revision ? progress.events + 1 : 1;
    progress.revision = revision;
  }
}

function refusal({ compactRevision, cancelReason }: WatchMessage, member: Member): EtcdClientError {
  if (compactRevision === 0) return member.errorOf(new Error(cancelReason));
  return new EtcdClientError("compacted", member.endpoint.text, { compactRevision });
}
