import type { PageRun } from "./page.ts";
import { pageRunAt } from "./page.ts";

/** Decides about pages in file order, and takes the runs that it asked for. */
export interface PageStreamVisitor {
  /**
   * How many pages, from this one on, must be at hand together: 0 to pass over this page alone.
   * `view` covers the buffer, the page begins at `offset` and is there whole. Asked again when the rest has come.
   */
  pagesWanted(view: DataView, offset: number, pgid: number): number;
  /** A run that was wanted. The buffer is reused once `push` returns. */
  visitRun(run: PageRun): void;
}

const NOTHING = new Uint8Array(0);
/** Bytes by which what waits has room to grow, at least. */
const LEAST_ROOM = 1024 * 1024;
/** Bytes of memory that are kept for the next run; what a longer one needed is given back. */
const MOST_KEPT = 4 * LEAST_ROOM;

/**
 * Cuts a file that comes chunk by chunk into pages, and puts runs that cross chunks together. Every page is offered,
 * also those within a run: a run that is free may have been overwritten in part by pages in use.
 * Holds at most one run and half as much, copies each byte a few times at most however small the chunks are, and never copies
 * a chunk that ends on the end of a run.
 */
export class PageStream {
  /** The page that comes next. */
  nextPgid = 0;
  private readonly pageSize: number;
  private readonly visitor: PageStreamVisitor;
  /** What waits for the rest of its run stands from `start` to `end`. */
  private waiting: Uint8Array = NOTHING;
  private start = 0;
  private end = 0;
  /** How many bytes must wait before there is anything to visit. */
  private needed = 0;

  constructor(pageSize: number, visitor: PageStreamVisitor) {
    this.pageSize = pageSize;
    this.visitor = visitor;
  }

  /** Bytes that wait for the rest of their run. */
  get pendingLength(): number {
    return this.end - this.start;
  }

  /** Takes the next bytes of the file; they may be overwritten once this returns. */
  push(chunk: Uint8Array): void {
    if (this.pendingLength === 0) {
      this.append(chunk.subarray(this.take(chunk)));
      return;
    }
    this.append(chunk);
    if (this.pendingLength >= this.needed) this.takeWaiting();
  }

  /** Offers the pages that have waited in vain for the rest of their run; the visitor knows by now where the file ends. */
  finish(): void {
    this.takeWaiting();
  }

  private takeWaiting(): void {
    this.start += this.take(this.waiting.subarray(this.start, this.end));
    if (this.start < this.end) return;
    this.start = 0;
    this.end = 0;
    if (this.waiting.length > MOST_KEPT) this.waiting = NOTHING;
  }

  /** Copies bytes behind those that wait. */
  private append(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const length = this.pendingLength + bytes.length;
    if (this.end + bytes.length > this.waiting.length) {
      const before = this.waiting.subarray(this.start, this.end);
      const room = Math.max(LEAST_ROOM, length / 2);
      if (length + room > this.waiting.length) this.waiting = new Uint8Array(Math.ceil(length + room));
      // Where they overlap, `set` copies as if they did not.
      this.waiting.set(before);
      this.start = 0;
      this.end = before.length;
    }
    this.waiting.set(bytes, this.end);
    this.end += bytes.length;
  }

  /** Visits whole pages and runs; returns how many bytes are done with. */
  private take(bytes: Uint8Array): number {
    const { pageSize, visitor } = this;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let offset = 0;
    for (; offset + pageSize <= bytes.length; offset += pageSize, this.nextPgid++) {
      const wanted = visitor.pagesWanted(view, offset, this.nextPgid);
      if (wanted === 0) continue;
      if (offset + wanted * pageSize > bytes.length) {
        this.needed = wanted * pageSize;
        return offset;
      }
      visitor.visitRun(pageRunAt(bytes, view, offset, pageSize, this.nextPgid));
    }
    this.needed = pageSize;
    return offset;
  }
}
