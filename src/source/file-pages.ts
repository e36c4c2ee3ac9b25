import { isHeaderOf, LONGEST_RUN, type PageRun, pageRunAt, readOverflow } from "../bbolt/page.ts";
import type { TreePages } from "../bbolt/tree-pages.ts";
import { readBytes, type SeekableFile } from "./seekable-file.ts";
import { isSystemError } from "./system-error.ts";

/** Milliseconds a page above which a device is waited for; so many pages must have been read to tell. */
const SLOW_READ = 0.1;
const PAGES_TO_TELL = 16;

/** Single pages of a file that can be sought. */
export class FilePages implements TreePages {
  readonly pageCount: number;
  /** The first failure of the system to read a page, which then counts as not there. */
  failure: NodeJS.ErrnoException | undefined;
  private readonly file: SeekableFile;
  private readonly pageSize: number;
  private isSlow = false;

  constructor(file: SeekableFile, pageSize: number, pageCount: number) {
    this.file = file;
    this.pageSize = pageSize;
    this.pageCount = pageCount;
  }

  /** One after the other, since one that is in memory comes faster than another thread is asked for it. */
  async read(pgids: readonly number[]): Promise<readonly (PageRun | undefined)[]> {
    if (this.isSlow) await Promise.all(pgids.map((pgid) => this.file.fetch(pgid * this.pageSize)));
    const startedAt = performance.now();
    const runs = pgids.map((pgid) => this.readPage(pgid));
    const took = performance.now() - startedAt;
    if (pgids.length >= PAGES_TO_TELL && took > SLOW_READ * pgids.length) this.isSlow = true;
    return runs;
  }

  private readPage(pgid: number): PageRun | undefined {
    try {
      return this.readRun(pgid);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.failure ??= error;
      return undefined;
    }
  }

  private readRun(pgid: number): PageRun | undefined {
    if (pgid >= this.pageCount) return undefined;
    const { file, pageSize } = this;
    let bytes = readBytes(file, pgid * pageSize, pageSize);
    let view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < pageSize || !isHeaderOf(view, 0, pgid)) return undefined;
    const length = (readOverflow(view, 0) + 1) * pageSize;
    if (length > pageSize) {
      if (length > LONGEST_RUN || pgid * pageSize + length > this.pageCount * pageSize) return undefined;
      bytes = readBytes(file, pgid * pageSize, length);
      if (bytes.length < length) return undefined;
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return pageRunAt(bytes, view, 0, pageSize, pgid);
  }
}
