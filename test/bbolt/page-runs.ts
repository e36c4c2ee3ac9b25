import { type PageRun, pageRunAt } from "../../src/bbolt/page.ts";
import type { TreePages } from "../../src/bbolt/tree-pages.ts";
import type { BboltFile } from "../bbolt-file/bbolt-file.ts";
import { viewOf } from "../bbolt-file/page.ts";

/** The run that a node of the page builder makes when it is placed at byte `offset` of a buffer full of other bytes. */
export function placedRun(node: Uint8Array, pageSize: number, offset = 0, around = 0xff): PageRun {
  const pageCount = Math.max(1, Math.ceil(node.length / pageSize));
  const bytes = new Uint8Array(offset + pageCount * pageSize + 64).fill(around);
  bytes.fill(0, offset, offset + pageCount * pageSize);
  bytes.set(node, offset);
  const view = viewOf(bytes);
  view.setUint32(offset + 12, pageCount - 1, true);
  return pageRunAt(bytes, view, offset, pageSize, 5);
}

/** The pages of a file in memory; notes which are read. */
export class MemoryPages implements TreePages {
  readonly pageCount: number;
  readonly pagesRead: number[] = [];
  private readonly file: BboltFile;

  constructor(file: BboltFile) {
    this.file = file;
    this.pageCount = Math.floor(file.bytes.length / file.pageSize);
  }

  async read(pgids: readonly number[]): Promise<readonly (PageRun | undefined)[]> {
    return pgids.map((pgid) => this.run(pgid));
  }

  private run(pgid: number): PageRun | undefined {
    const { bytes, pageSize } = this.file;
    const offset = pgid * pageSize;
    if (pgid >= this.pageCount) return undefined;
    const view = viewOf(bytes);
    const end = offset + (view.getUint32(offset + 12, true) + 1) * pageSize;
    if (view.getBigUint64(offset, true) !== BigInt(pgid) || end > bytes.length) return undefined;
    this.pagesRead.push(pgid);
    return pageRunAt(bytes, view, offset, pageSize, pgid);
  }
}
