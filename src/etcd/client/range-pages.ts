import pLimit from "p-limit";
import { RecordBatch } from "../../model/record-batch.ts";
import { EtcdClientError } from "./client-error.ts";
import { decoded } from "./decoded.ts";
import { compareKeys, isBehind, keyAfter } from "./key-order.ts";
import { encodeRangeRequest } from "./messages.ts";
import { METHODS } from "./method-allow-list.ts";
import { PageSizer } from "./page-sizer.ts";
import { decodeRangeResponse, keyOfRow, lastKey } from "./range-response.ts";
import type { RangeScan, RangeScanTools } from "./range-scan.ts";
import { findMiddle } from "./split-range.ts";

/** Pages that are under way or in memory at the same time, at most. */
export const PAGES_IN_FLIGHT = 3;
/**
 * A range of more pages is read in two parts. For each page etcd walks over the index of all that is left of the range
 * (etcd, server/storage/mvcc/index.go: Revisions), which makes a long range quadratic.
 */
const LONGEST_PART_PAGES = 8;

/** A part of the range: what is left of it, which shrinks from both ends. */
interface Part {
  from: Uint8Array;
  end: Uint8Array;
}

/**
 * Reads a range page by page, some MiB each, its parts side by side.
 * @throws EtcdClientError; `compacted` when a compaction has overtaken the revision, `malformed-response` when not as many keys
 * came as the server counts
 */
export async function readRangeByPages(scan: RangeScan, tools: RangeScanTools): Promise<void> {
  await new PagedRange(scan, tools).read();
}

class PagedRange {
  private readonly scan: RangeScan;
  private readonly tools: RangeScanTools;
  private readonly sizer: PageSizer;
  private readonly batch = new RecordBatch();
  private readonly inTurn: ReturnType<typeof pLimit>;
  private readonly work: Promise<void>[] = [];
  private hasFailed = false;
  /** Keys of the whole range, as the first answer counts them. */
  private keysOfRange: number | null = null;
  private keysRead = 0;

  constructor(scan: RangeScan, tools: RangeScanTools) {
    this.scan = scan;
    this.tools = tools;
    this.sizer = new PageSizer(tools.maxBytesPerSecond);
    this.inTurn = pLimit(tools.maxBytesPerSecond === null ? PAGES_IN_FLIGHT : 1);
  }

  async read(): Promise<void> {
    this.begin({ from: this.scan.key, end: this.scan.rangeEnd });
    // Parts are added while others are read.
    for (let index = 0; index < this.work.length; index++) await this.work[index];
    if (this.keysRead === this.keysOfRange) return;
    const detail = `${this.keysRead} of ${this.keysOfRange} keys of a range came`;
    throw new EtcdClientError("malformed-response", this.endpoint, { detail });
  }

  private begin(part: Part): void {
    const reading = this.inTurn(() => this.readPart(part));
    reading.catch(() => {
      this.hasFailed = true;
    });
    this.work.push(reading);
  }

  private async readPart(part: Part): Promise<void> {
    let splitting: Promise<void> | null = null;
    while (!this.hasFailed) {
      const { end } = part;
      const bytes = await this.fetch(part);
      const { more, count } = decoded(this.endpoint, () => decodeRangeResponse(bytes, this.batch));
      const rows = this.batch.count;
      this.keysOfRange ??= count;
      this.sizer.observe(rows, bytes.length);
      if (rows > 0) part.from = keyAfter(lastKey(this.batch));
      this.handOver(part.end);
      await this.tools.limiter.spend(bytes.length);
      if (!more || rows === 0 || isBehind(part.from, part.end)) break;
      const isLong = count - rows > LONGEST_PART_PAGES * this.sizer.rowsOfFullPage();
      // The count is of the range as it was asked for.
      if (isLong && splitting === null && end === part.end) {
        splitting = this.split(part, count - rows).finally(() => {
          splitting = null;
        });
      }
    }
    await splitting;
  }

  /** Looks for the middle of what is left while reading goes on, and makes a part of what lies beyond it. */
  private async split(part: Part, keysLeft: number): Promise<void> {
    const { end } = part;
    const probe = {
      count: (key: Uint8Array) => this.countKeys(key, end),
      first: (key: Uint8Array) => this.firstKey(key, end),
    };
    // A failure here only costs speed; one that matters meets the next page too.
    const middle = await findMiddle(part.from, keysLeft, probe).catch(() => null);
    if (middle === null || compareKeys(middle, part.from) <= 0) return;
    this.begin({ from: middle, end });
    part.end = middle;
  }

  /** Gives the rows on, without those that another part has taken over while the page was under way. */
  private handOver(end: Uint8Array): void {
    const { batch } = this;
    while (batch.count > 0 && isBehind(keyOfRow(batch, batch.count - 1), end)) batch.count -= 1;
    this.keysRead += batch.count;
    this.tools.cost.revisions += batch.count;
    if (batch.count > 0) this.scan.onBatch(batch);
  }

  private async fetch(part: Part): Promise<Uint8Array> {
    for (;;) {
      const rowsAsked = this.sizer.nextRows();
      const request = this.request({ key: part.from, rangeEnd: part.end, limit: rowsAsked });
      try {
        return await this.tools.pool.call((member) => member.unary(METHODS.range, request));
      } catch (error) {
        const isHeavy = error instanceof EtcdClientError && (error.code === "too-large" || error.code === "deadline");
        if (!isHeavy || !this.sizer.shrink(rowsAsked)) throw error;
      }
    }
  }

  private async countKeys(key: Uint8Array, rangeEnd: Uint8Array): Promise<number> {
    const request = this.request({ key, rangeEnd, countOnly: true });
    const bytes = await this.tools.pool.call((member) => member.unary(METHODS.range, request));
    return decoded(this.endpoint, () => decodeRangeResponse(bytes, new RecordBatch())).count;
  }

  private async firstKey(key: Uint8Array, rangeEnd: Uint8Array): Promise<Uint8Array | null> {
    const request = this.request({ key, rangeEnd, limit: 1, keysOnly: true });
    const bytes = await this.tools.pool.call((member) => member.unary(METHODS.range, request));
    const batch = new RecordBatch();
    decoded(this.endpoint, () => decodeRangeResponse(bytes, batch));
    return batch.count === 0 ? null : keyOfRow(batch, 0);
  }

  private get endpoint(): string {
    return this.tools.pool.current.endpoint.text;
  }

  private request(range: Omit<Parameters<typeof encodeRangeRequest>[0], "revision" | "serializable">): Uint8Array {
    const { revision, serializable } = this.scan;
    return encodeRangeRequest({ ...range, revision, serializable });
  }
}
