import { ELEMENT_LENGTH } from "../bbolt/elements.ts";
import { BRANCH_PAGE, LEAF_PAGE, PAGE_HEADER_LENGTH, type PageRun } from "../bbolt/page.ts";
import type { TreePages } from "../bbolt/tree-pages.ts";
import type { PassedPages } from "../engine/passed-pages.ts";

/**
 * Branch elements take a 256th of a database with one leaf page each, and freed branch pages may be as many again;
 * etcd's small buckets fill a page or two. Beyond this part something else is in the file.
 */
const KEPT_PART = 1 / 64;
/** Bytes that may be kept even of a small file. */
const ALWAYS_KEPT = 32 * 1024 * 1024;

/**
 * What a stream keeps of the pages that went by, since only at its end it is known which of them count: branch pages
 * without their keys, and leaf pages of small buckets; of leaf pages of revisions the engine keeps what they were.
 */
export class KeptPages implements TreePages {
  /** Pages that have gone by; set by whoever counts them, before the first `read`. */
  pageCount = 0;
  /** Whether pages had to be let go because there were too many of them. */
  overflowed = false;
  private readonly mostBytes: number;
  private readonly kept = new Map<number, PageRun>();
  private keptBytes = 0;
  /** Leaf pages of revisions among all that went by; set with `pageCount`. */
  passed: PassedPages | undefined;

  /** @param databaseLength bytes that the database has by its own account */
  constructor(databaseLength: number) {
    this.mostBytes = Math.max(ALWAYS_KEPT, databaseLength * KEPT_PART);
  }

  /** Keeps as much of a page as the walk from the root asks for: of a branch page its children, not its keys. */
  keep(run: PageRun): void {
    const { pgid, bytes, offset, flags, count } = run;
    const isLeaf = flags === LEAF_PAGE;
    const elements = flags === BRANCH_PAGE ? count * ELEMENT_LENGTH : 0;
    const length = isLeaf ? run.length : Math.min(run.length, PAGE_HEADER_LENGTH + elements);
    if (this.keptBytes + length > this.mostBytes) {
      this.overflowed = true;
      return;
    }
    this.keptBytes += length;
    this.kept.set(pgid, { ...run, ...copyOf(bytes.subarray(offset, offset + length)), offset: 0, length });
  }

  /** A leaf page that was kept whole. */
  keptLeaf(pgid: number): PageRun | undefined {
    const run = this.kept.get(pgid);
    return run?.flags === LEAF_PAGE ? run : undefined;
  }

  async read(pgids: readonly number[]): Promise<readonly (PageRun | undefined)[]> {
    return pgids.map((pgid) => this.run(pgid));
  }

  private run(pgid: number): PageRun | undefined {
    if (pgid >= this.pageCount) return undefined;
    const kept = this.kept.get(pgid);
    if (kept !== undefined) return kept;
    const pageCount = this.passed?.leafPageCount(pgid) ?? 0;
    if (pageCount === 0) return undefined;
    // The walk asks of such a page only what it is: its records have been handed over already.
    const length = PAGE_HEADER_LENGTH;
    const header = copyOf(new Uint8Array(length));
    return { ...header, offset: 0, length, pageCount, pgid, flags: LEAF_PAGE, count: 0 };
  }
}

function copyOf(bytes: Uint8Array): Pick<PageRun, "bytes" | "view"> {
  const copy = new Uint8Array(bytes);
  return { bytes: copy, view: new DataView(copy.buffer) };
}
