import { BRANCH_PAGE, LEAF_PAGE, PAGE_HEADER_LENGTH, type PageRun } from "../bbolt/page.ts";
import type { TreePages } from "../bbolt/tree-pages.ts";
import { grown } from "../model/columns.ts";

const ELEMENT_LENGTH = 16;
/** etcd's small buckets fill a page or two; beyond this something else is in the file. */
const MOST_KEPT_BYTES = 32 * 1024 * 1024;

/**
 * What a stream keeps of the pages that went by, since only at its end it is known which of them count: branch pages
 * without their keys, leaf pages of small buckets, and 16 bytes for each leaf page of revisions.
 */
export class KeptPages implements TreePages {
  readonly pageCount: number;
  /** Whether pages had to be let go because there were too many of them. */
  overflowed = false;
  private readonly kept = new Map<number, PageRun>();
  private keptBytes = 0;
  private readonly leafRowOf = new Map<number, number>();
  private leafPageCount = new Uint32Array(0);
  private leafNewestRevision = new Float64Array(0);

  constructor(pageCount: number) {
    this.pageCount = pageCount;
  }

  /** Keeps a branch page: its children, not its keys. */
  keepBranch(run: PageRun): void {
    this.keep(run, Math.min(run.length, PAGE_HEADER_LENGTH + run.count * ELEMENT_LENGTH));
  }

  /** Keeps a leaf page whole. */
  keepLeaf(run: PageRun): void {
    this.keep(run, run.length);
  }

  /** Takes note of a leaf page of revisions: how long its run is, and its newest main revision. */
  noteRevisionLeaf(run: PageRun, newestRevision: number): void {
    const row = this.leafRowOf.size;
    if (row === this.leafPageCount.length) {
      const capacity = Math.max(1024, row * 2);
      this.leafPageCount = grown(this.leafPageCount, new Uint32Array(capacity));
      this.leafNewestRevision = grown(this.leafNewestRevision, new Float64Array(capacity));
    }
    this.leafRowOf.set(run.pgid, row);
    this.leafPageCount[row] = run.pageCount;
    this.leafNewestRevision[row] = newestRevision;
  }

  /** Pages in the run of a leaf page of revisions, and its newest revision; undefined when none went by. */
  revisionLeaf(pgid: number): { readonly pageCount: number; readonly newestRevision: number } | undefined {
    const row = this.leafRowOf.get(pgid);
    if (row === undefined) return undefined;
    return { pageCount: this.leafPageCount[row] as number, newestRevision: this.leafNewestRevision[row] as number };
  }

  async read(pgid: number): Promise<PageRun | undefined> {
    const kept = this.kept.get(pgid);
    if (kept !== undefined) return kept;
    const leaf = this.revisionLeaf(pgid);
    if (leaf === undefined) return undefined;
    // The walk asks of such a page only what it is: its records have been handed over already.
    const bytes = new Uint8Array(PAGE_HEADER_LENGTH);
    const view = new DataView(bytes.buffer);
    return {
      bytes,
      view,
      offset: 0,
      length: bytes.length,
      pageCount: leaf.pageCount,
      pgid,
      flags: LEAF_PAGE,
      count: 0,
    };
  }

  private keep(run: PageRun, length: number): void {
    if (run.flags !== BRANCH_PAGE && run.flags !== LEAF_PAGE) return;
    if (this.keptBytes + length > MOST_KEPT_BYTES) {
      this.overflowed = true;
      return;
    }
    this.keptBytes += length;
    const bytes = run.bytes.slice(run.offset, run.offset + length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.kept.set(run.pgid, { ...run, bytes, view, offset: 0, length });
  }
}
