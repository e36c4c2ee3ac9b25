import pLimit from "p-limit";
import type { RangePage } from "../../model/range-page.ts";
import { EtcdClientError } from "./client-error.ts";
import { decoded } from "./decoded.ts";
import { encodeRangeRequest } from "./messages.ts";
import { METHODS } from "./method-allow-list.ts";
import { freePage } from "./page-memory.ts";
import { PageSizer } from "./page-sizer.ts";
import { type Piece, RangePart } from "./range-part.ts";
import { assertWhole, assertWithin } from "./range-response.ts";
import type { RangeScan, RangeScanTools } from "./range-scan.ts";

/** Pages that are under way or in memory at the same time, at most. */
export const PAGES_IN_FLIGHT = 4;

/**
 * Reads a range page by page, some MiB each, several at the same time.
 * @returns the newest revision in the range; 0 when it is empty
 * @throws EtcdClientError; `compacted` when a compaction has overtaken the revision, `malformed-response` when a key came that was
 * not asked for, or not as many keys came as the server counts; nothing is handed over after that
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
  private failure: { readonly error: unknown } | null = null;
  /** Whether pages have ends of their own. */
  private cutsPieces = true;
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
    await this.readAll();
    if (this.keysRead !== this.keysOfRange) {
      // All is read anew; who takes rows gets some of them twice, as from history. kine takes the end of a range for the name of a folder, so that a range within one seems empty (kine, pkg/server/list.go).
      this.cutsPieces = false;
      this.keysRead = 0;
      await this.readAll();
    }
    if (this.keysRead === this.keysOfRange) return this.newestRevision;
    throw new EtcdClientError("malformed-response", this.endpoint, { detail: this.keysWords() });
  }

  private async readAll(): Promise<void> {
    this.goOn(new RangePart(this.scan.key, this.scan.rangeEnd));
    // Work is added while other work is done.
    for (let index = 0; index < this.work.length; index++) await this.work[index];
    if (this.failure !== null) throw this.failure.error;
  }

  /** Lets a part wait for its turn, if there is more of it to ask for now. */
  private goOn(part: RangePart): void {
    if (!part.hasNext || this.waiting.has(part)) return;
    this.waiting.add(part);
    const reading = this.inTurn(() => this.readPiece(part));
    this.work.push(
      reading.catch((error: unknown) => {
        this.failure ??= { error };
      }),
    );
  }

  private async readPiece(part: RangePart): Promise<void> {
    this.waiting.delete(part);
    if (this.failure !== null || !part.hasNext) return;
    const piece = part.take(this.cutsPieces ? this.sizer.nextRows() : Number.POSITIVE_INFINITY);
    this.goOn(part);
    const bytes = await this.fetch(piece);
    // Another page has failed while this one was under way.
    if (this.failure !== null) return;
    const { length } = bytes;
    const page = decoded(this.endpoint, () => this.decode(bytes, piece));
    freePage(bytes);
    const rest = part.answer(piece, page);
    this.newestRevision = Math.max(this.newestRevision, page.newestRevision);
    this.tools.cost.revisions += page.rows;
    this.sizer.observe(page.rows, length);
    if (rest !== null) this.goOn(rest);
    this.goOn(part);
    if (page.rows > 0) this.scan.pages.handOver();
    await this.tools.limiter.spend(length);
  }

  private decode(bytes: Uint8Array, { key, rangeEnd }: Piece): RangePage {
    const page = this.scan.pages.read(bytes);
    assertWhole(page);
    assertWithin(key, rangeEnd, page);
    this.keysOfRange ??= page.count;
    this.keysRead += page.rows;
    if (this.keysRead > this.keysOfRange) throw new RangeError(this.keysWords());
    return page;
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

  private keysWords(): string {
    return `${this.keysRead} of ${this.keysOfRange} keys of a range came`;
  }

  private get endpoint(): string {
    return this.tools.pool.current.endpoint.text;
  }
}
