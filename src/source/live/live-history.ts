import type { EtcdClient } from "../../etcd/client/etcd-client.ts";
import type { KeyRange } from "../../model/key-range.ts";
import type { PageReader } from "../../model/range-page.ts";
import type { RecordBatch } from "../../model/record-batch.ts";
import type { IncompleteReasons } from "../incomplete.ts";
import type { Wish } from "../source.ts";
import { isRefused, rangeWords } from "./permission.ts";
import type { HeadPin, ReadRange } from "./range-reader.ts";

/** How much history is read without being asked for, in revisions between compact revision and head. */
const HISTORY_LIMIT = 20_000;

/** Whether what lies between the compact revision and the head is read as events; etcd feeds these in ticks of 1,000 revisions. */
export function watchesHistory(wish: Wish, head: number, compactRevision: number): boolean {
  return wish !== "no" && head - compactRevision <= HISTORY_LIMIT;
}

/**
 * Whether that is more than is read as events; asks one question, where the compact revision itself takes twenty.
 * @param key a key that may be read
 */
export async function isLongHistory(client: EtcdClient, key: Uint8Array, head: number): Promise<boolean> {
  return head > HISTORY_LIMIT && client.isStored(key, Math.max(1, head - HISTORY_LIMIT - 1));
}

/** Takes what is read: events as they come, valid during the call only, and pages. */
export interface HistoryListener {
  readonly onBatch: (batch: RecordBatch) => void;
  readonly pages: PageReader;
}

/** A watch under way, and what has come of it. */
interface RangeWatch {
  readonly range: KeyRange;
  events: number;
  newestRevision: number;
  /** Resolves at the last event; `refused` when the user may not read the range. */
  ended: Promise<"read" | "refused">;
}

/** Where history begins, and where it ends. */
export interface HistorySpan {
  readonly compactRevision: number;
  readonly pin: HeadPin;
}

/**
 * Every revision of some ranges that is still stored up to the head: the state at the compact revision, and every event
 * after it; live values come once more among them. The watches begin at once, side by side: etcd feeds them in ticks,
 * between which live values can be read.
 */
export class RangeHistory {
  private readonly client: EtcdClient;
  private readonly span: HistorySpan;
  private readonly listener: HistoryListener;
  private readonly watches: readonly RangeWatch[];
  private isOver = false;

  constructor(
    client: EtcdClient,
    ranges: readonly KeyRange[],
    span: HistorySpan,
    serverVersion: string,
    listener: HistoryListener,
  ) {
    this.client = client;
    this.span = span;
    this.listener = listener;
    this.watches = ranges.map((range) => this.begin(range, serverVersion));
  }

  /**
   * Resolves when all has been handed over.
   * @param ranges those whose live values could be read
   */
  async finish(ranges: readonly ReadRange[], reasons: IncompleteReasons): Promise<void> {
    for (const watch of this.watches) {
      const range = ranges.find(({ key }) => key === watch.range.key);
      if (range === undefined) continue;
      if (watch.events === 0) await watch.ended;
      // Without an event since the compaction, the state at the compact revision is the live one.
      const state = watch.events === 0 ? Promise.resolve() : this.readState(watch.range);
      const [outcome] = await Promise.all([watch.ended, state]);
      if (outcome === "refused") {
        const place = rangeWords(range);
        reasons.add(
          "permission-denied",
          `the user may not watch ${place}; grant the right anew, or scan with --no-history`,
        );
      } else if (watch.newestRevision < range.newestRevision) {
        // Old releases may say that all events were sent before they were (etcd issue 15220); events come in order.
        const what = `etcd's watch ended at revision ${watch.newestRevision}, and revision ${range.newestRevision} should have come`;
        reasons.add("lost-connection", `${what}; scan again, or scan a snapshot`);
      }
    }
  }

  /** Hands over nothing more. */
  stop(): void {
    this.isOver = true;
  }

  private begin(range: KeyRange, serverVersion: string): RangeWatch {
    const { compactRevision, pin } = this.span;
    const watch: RangeWatch = { range, events: 0, newestRevision: compactRevision, ended: Promise.resolve("read") };
    const onBatch = (batch: RecordBatch): void => {
      if (this.isOver) return;
      watch.events += batch.count;
      watch.newestRevision = Math.max(watch.newestRevision, newestOf(batch));
      this.listener.onBatch(batch);
    };
    const scan = { ...range, fromRevision: compactRevision + 1, toRevision: pin.revision, serverVersion, onBatch };
    watch.ended = isRefused(this.client.readHistory(scan)).then((refused) => (refused ? "refused" : "read"));
    // Whoever waits for it is told; until then nobody need hear.
    watch.ended.catch(() => undefined);
    return watch;
  }

  private async readState(range: KeyRange): Promise<void> {
    const { compactRevision, pin } = this.span;
    if (compactRevision === 0) return;
    const { pages } = this.listener;
    const whileAwaited: PageReader = {
      read: (bytes) => pages.read(bytes),
      handOver: () => {
        if (!this.isOver) pages.handOver();
      },
    };
    await this.client.readRange({ ...range, ...pin, revision: compactRevision, mayStream: true, pages: whileAwaited });
  }
}

/** The newest revision in a batch; 0 when it is empty. */
function newestOf(batch: RecordBatch): number {
  let newest = 0;
  for (let row = 0; row < batch.count; row++) newest = Math.max(newest, batch.main[row] as number);
  return newest;
}
