import type { FileHandle } from "node:fs/promises";
import { isHeaderOf, LONGEST_RUN, type PageRun, pageRunAt, readOverflow } from "../bbolt/page.ts";
import type { TreePages } from "../bbolt/tree-pages.ts";
import { isSystemError } from "./system-error.ts";

/** Reads `length` bytes at `offset` of a file; fewer at its end. */
export async function readFully(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** Single pages of a file that can be sought. */
export class FilePages implements TreePages {
  readonly pageCount: number;
  /** The first failure of the system to read a page, which then counts as not there. */
  failure: NodeJS.ErrnoException | undefined;
  private readonly handle: FileHandle;
  private readonly pageSize: number;

  constructor(handle: FileHandle, pageSize: number, pageCount: number) {
    this.handle = handle;
    this.pageSize = pageSize;
    this.pageCount = pageCount;
  }

  async read(pgid: number): Promise<PageRun | undefined> {
    try {
      return await this.readRun(pgid);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.failure ??= error;
      return undefined;
    }
  }

  private async readRun(pgid: number): Promise<PageRun | undefined> {
    if (pgid >= this.pageCount) return undefined;
    const { pageSize } = this;
    let bytes = await readFully(this.handle, pgid * pageSize, pageSize);
    let view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < pageSize || !isHeaderOf(view, 0, pgid)) return undefined;
    const length = (readOverflow(view, 0) + 1) * pageSize;
    if (length > pageSize) {
      if (length > LONGEST_RUN || pgid * pageSize + length > this.pageCount * pageSize) return undefined;
      bytes = await readFully(this.handle, pgid * pageSize, length);
      if (bytes.length < length) return undefined;
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return pageRunAt(bytes, view, 0, pageSize, pgid);
  }
}
