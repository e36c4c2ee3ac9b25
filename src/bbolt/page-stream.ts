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

/**
 * Cuts a file that comes chunk by chunk into pages, and puts runs that cross chunks together. Every page is offered,
 * also those within a run: a run that is free may have been overwritten in part by pages in use.
 * Holds at most one run, and never copies a chunk that ends on the end of a run.
 */
export class PageStream {
  /** The page that comes next. */
  nextPgid = 0;
  private readonly pageSize: number;
  private readonly visitor: PageStreamVisitor;
  private carried: Uint8Array = NOTHING;

  constructor(pageSize: number, visitor: PageStreamVisitor) {
    this.pageSize = pageSize;
    this.visitor = visitor;
  }

  /** Bytes that wait for the rest of their run. */
  get pendingLength(): number {
    return this.carried.length;
  }

  /** Takes the next bytes of the file; they may be overwritten once this returns. */
  push(chunk: Uint8Array): void {
    const bytes = this.carried.length === 0 ? chunk : Buffer.concat([this.carried, chunk]);
    const used = this.take(bytes);
    // A copy also of a Buffer, whose own slice() would be a view of bytes that are soon overwritten.
    this.carried = used === bytes.length ? NOTHING : new Uint8Array(bytes.subarray(used));
  }

  /** Offers the pages that have waited in vain for the rest of their run; the visitor knows by now where the file ends. */
  finish(): void {
    const used = this.take(this.carried);
    this.carried = this.carried.subarray(used);
  }

  /** Visits whole pages and runs; returns how many bytes are done with. */
  private take(bytes: Uint8Array): number {
    const { pageSize, visitor } = this;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let offset = 0;
    for (; offset + pageSize <= bytes.length; offset += pageSize, this.nextPgid++) {
      const wanted = visitor.pagesWanted(view, offset, this.nextPgid);
      if (wanted === 0) continue;
      if (offset + wanted * pageSize > bytes.length) return offset;
      visitor.visitRun(pageRunAt(bytes, view, offset, pageSize, this.nextPgid));
    }
    return offset;
  }
}
