import pLimit from "p-limit";
import type { RangePage } from "../../model/range-page.ts";
import { EtcdClientError } from "./client-error.ts";
import { decoded } from "./decoded.ts";
import { compareKeys, isBehind } from "./key-order.ts";
import { encodeRangeRequest } from "./messages.ts";
import { METHODS } from "./method-allow-list.ts";
import { freePage } from "./page-memory.ts";
import { PageSizer } from "./page-sizer.ts";
import { type Piece, RangePart } from "./range-part.ts";
import type { RangeScan, RangeScanTools } from "./range-scan.ts";

/** Pages that are under way or in memory at the same time, at most. */
export const PAGES_IN_FLIGHT = 4;

/**
 * Reads a range page by page, some MiB each, several at the same time.
 * @returns the newest revision in the range; 0 when it is empty
 * @throws EtcdClientError; `compacted` when a compaction has overtaken the revision, `malformed-response` when a key came that was
 * not asked for, or not as many keys came as the server counts
 */
export async function readRangeByPages(scan: RangeScan, tools: RangeScanTools): Promise<number> {
  return new PagedRange(scan, tools).read();
}

class PagedRange {
  private readonly scan: RangeScan;
  private readonly tools: RangeScanTools;
  private readonly sizer: PageSizer;
  private readonly inTurn: ReturnType<typeof pLimit>;
  private readonly work: Promise<void>[] = [];
  /** Parts whose next page is to be asked for when there is room. */
  private readonly waiting = new Set<RangePart>();
  private hasFailed = false;
  /** Keys of the whole range, as the first answer counts them. */
  private keysOfRange: number | null = null;
  private keysRead = 0;
  private newestRevision = 0;

  constructor(scan: RangeScan, tools: RangeScanTools) {
    this.scan = scan;
    this.tools = tools;
    this.sizer = new PageSizer(tools.maxBytesPerSecond);
    this.inTurn = pLimit(tools.maxBytesPerSecond === null ? PAGES_IN_FLIGHT : 1);
  }

  async read(): Promise<number> {
    this.goOn(new RangePart(this.scan.key, this.scan.rangeEnd));
    // Work is added while other work is done.
    for (let index = 0; index < this.work.length; index++) await this.work[index];
    if (this.keysRead === this.keysOfRange) return this.newestRevision;
    throw this.malformed(`${this.keysRead} of ${this.keysOfRange} keys of a range came`);
  }

  /** Lets a part wait for its turn, if there is more of it to ask for now. */
  private goOn(part: RangePart): void {
    if (!part.hasNext || this.waiting.has(part)) return;
    this.waiting.add(part);
    const reading = this.inTurn(() => this.readPiece(part));
    reading.catch(() => {
      this.hasFailed = true;
    });
    this.work.push(reading);
  }

  private async readPiece(part: RangePart): Promise<void> {
    this.waiting.delete(part);
    if (this.hasFailed || !part.hasNext) return;
    const piece = part.take(this.sizer.nextRows());
    this.goOn(part);
    const bytes = await this.fetch(piece);
    const { length } = bytes;
    const page = decoded(this.endpoint, () => this.scan.pages.read(bytes));
    freePage(bytes);
    this.assertAskedFor(page, piece);
    const rest = part.answer(piece, page);
    this.keysOfRange ??= page.count;
    this.keysRead += page.rows;
    this.newestRevision = Math.max(this.newestRevision, page.newestRevision);
    this.tools.cost.revisions += page.rows;
    this.sizer.observe(page.rows, length);
    if (rest !== null) this.goOn(rest);
    this.goOn(part);
    if (page.rows > 0) this.scan.pages.handOver();
    await this.tools.limiter.spend(length);
  }

  /** Else what is left would begin before what was asked for, again and again. */
  private assertAskedFor({ firstKey, lastKey }: RangePage, { key, rangeEnd }: Piece): void {
    if (firstKey === null || lastKey === null) return;
    const isInPiece = compareKeys(key, firstKey) <= 0 && !isBehind(lastKey, rangeEnd);
    if (!isInPiece || compareKeys(firstKey, lastKey) > 0) throw this.malformed("a key that was not asked for");
  }

  private async fetch({ key, rangeEnd }: Piece): Promise<Uint8Array> {
    const { revision, serializable } = this.scan;
    for (;;) {
      const limit = this.sizer.nextRows();
      const request = encodeRangeRequest({ key, rangeEnd, limit, revision, serializable });
      try {
        return await this.tools.pool.call((member) => member.unary(METHODS.range, request));
      } catch (error) {
        const isHeavy = error instanceof EtcdClientError && (error.code === "too-large" || error.code === "deadline");
        if (!isHeavy || !this.sizer.shrink(limit)) throw error;
      }
    }
  }

  private malformed(detail: string): EtcdClientError {
    return new EtcdClientError("malformed-response", this.endpoint, { detail });
  }

  private get endpoint(): string {
    return this.tools.pool.current.endpoint.text;
  }
}
