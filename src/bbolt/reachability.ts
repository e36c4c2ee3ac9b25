import { type BucketRoot, readBucketRoot } from "./bucket.ts";
import type { DamageListener } from "./damage.ts";
import { branchChildren, ElementOutOfBounds, visitLeafElements } from "./elements.ts";
import type { Meta } from "./meta.ts";
import { BRANCH_PAGE, FREELIST_PAGE, LEAF_PAGE, type PageRun } from "./page.ts";
import type { TreePages } from "./tree-pages.ts";

/** What a page is used for; everything else below the high-water mark is free. */
export const PAGE_FREE = 0;
export const PAGE_USED = 1;
/** First page of a leaf of the streamed bucket: its elements are read later, in file order. */
export const PAGE_STREAMED_LEAF = 2;

const PAGES_READ_AT_ONCE = 64;
/** A tree of this height would hold more pages than a file can: only a cycle is deeper. */
const DEEPEST_TREE = 12;
const UNKNOWN_DEPTH = Number.POSITIVE_INFINITY;
/** etcd nests no buckets; bounds the recursion on hostile files. */
const DEEPEST_NESTING = 8;

/** The outcome of a walk from the root bucket. */
export interface Reachability {
  /** One byte a page: PAGE_FREE, PAGE_USED or PAGE_STREAMED_LEAF. Later pages of a streamed leaf's run are not marked. */
  readonly pageUse: Uint8Array;
  /** Names of the buckets of the root bucket. */
  readonly bucketNames: readonly string[];
  /** The streamed bucket's only leaf where the bucket is inline. */
  readonly inlineLeaf: PageRun | undefined;
}

/**
 * Marks the later pages of a streamed leaf's run as used; in a sound file they are the run's alone.
 * @returns false, and marks none, where one of them is used otherwise
 */
export function claimRun(pageUse: Uint8Array, pgid: number, pageCount: number): boolean {
  const end = pgid + pageCount;
  if (pageCount === 1) return true;
  if (pageUse.subarray(pgid + 1, end).some((use) => use !== PAGE_FREE)) return false;
  pageUse.fill(PAGE_USED, pgid + 1, end);
  return true;
}

/** Called for each element of each bucket other than the streamed one; the views are valid during the call only. */
export type EntryVisitor = (bucket: string, key: Uint8Array, value: Uint8Array) => void;

/**
 * Walks every bucket of a bbolt file from its root. Of the bucket named `streamedBucket` only branch pages are read,
 * since its leaves, nearly the whole file, are cheaper to read in file order. Damage is told and walked around;
 * pages reached twice (a cycle, or two parents) are damage. Follows bbolt tx_check.go.
 */
export async function walkBuckets(
  pages: TreePages,
  meta: Meta,
  streamedBucket: string,
  onEntry: EntryVisitor,
  onDamage: DamageListener,
): Promise<Reachability> {
  const walk = new BucketWalk(pages, streamedBucket, onEntry, onDamage);
  walk.mark(0, 2, 0);
  if (meta.freelistPgid !== null) await walk.freelist(meta.freelistPgid);
  await walk.tree(meta.rootPgid, null);
  return walk;
}

class BucketWalk implements Reachability {
  readonly pageUse: Uint8Array;
  readonly bucketNames: string[] = [];
  inlineLeaf: PageRun | undefined;
  private readonly pages: TreePages;
  private readonly streamedBucket: string;
  private readonly onEntry: EntryVisitor;
  private readonly onDamage: DamageListener;

  constructor(pages: TreePages, streamedBucket: string, onEntry: EntryVisitor, onDamage: DamageListener) {
    this.pages = pages;
    this.pageUse = new Uint8Array(pages.pageCount);
    this.streamedBucket = streamedBucket;
    this.onEntry = onEntry;
    this.onDamage = onDamage;
  }

  /** Marks `count` pages as used; false when one of them is taken or not there. */
  mark(first: number, count: number, parent: number, use = PAGE_USED): boolean {
    if (first + count > this.pages.pageCount) {
      this.onDamage({
        pgid: first,
        message: `page ${first}, named by page ${parent}, lies beyond the end of the file`,
      });
      return false;
    }
    for (let pgid = first; pgid < first + count; pgid++) {
      if (this.pageUse[pgid] !== PAGE_FREE) {
        this.onDamage({
          pgid,
          message: `page ${pgid} is reached twice, the second time from page ${parent}: a cycle or a shared page`,
        });
        return false;
      }
    }
    this.pageUse.fill(use, first, first + count);
    return true;
  }

  /** Marks the pages of a stored freelist; what it lists is not read, since the walk itself tells which pages are free. */
  async freelist(pgid: number): Promise<void> {
    const [run] = await this.pages.read([pgid]);
    if (run?.flags === FREELIST_PAGE) this.mark(pgid, run.pageCount, 0);
    else this.onDamage({ pgid, message: `page ${pgid} should be the freelist, and is none` });
  }

  /** Walks one tree, all of its pages, level by level. `bucket` is null for the root bucket. */
  async tree(rootPgid: number, bucket: string | null, nesting = 0): Promise<void> {
    const isStreamed = bucket === this.streamedBucket;
    const leafLevel = isStreamed ? await this.depthOf(rootPgid) : UNKNOWN_DEPTH;
    if (leafLevel === 0) {
      this.mark(rootPgid, 1, 0, PAGE_STREAMED_LEAF);
      return;
    }
    let level: readonly Child[] = [{ pgid: rootPgid, parent: 0 }];
    for (let depth = 0; level.length > 0; depth++) {
      // Nearly all pages are leaves of the streamed bucket: they are marked as soon as they are named.
      const next = depth + 1 === leafLevel ? null : [];
      const wanted = level.filter(({ pgid, parent }) => this.mark(pgid, 1, parent));
      for (let start = 0; start < wanted.length; start += PAGES_READ_AT_ONCE) {
        const slice = wanted.slice(start, start + PAGES_READ_AT_ONCE);
        const runs = await this.pages.read(slice.map(({ pgid }) => pgid));
        for (const [index, { pgid, parent }] of slice.entries()) {
          const run = runs[index];
          if (run === undefined) {
            this.onDamage({ pgid, message: `page ${pgid}, named by page ${parent}, has no header of its own` });
          } else if (isStreamed && run.flags === LEAF_PAGE) {
            this.pageUse[pgid] = PAGE_STREAMED_LEAF;
            this.onDamage({ pgid, message: `page ${pgid} is a leaf page, higher in its tree than other leaf pages` });
          } else {
            await this.node(run, bucket, nesting, next);
          }
        }
      }
      level = next ?? [];
    }
  }

  /** @param next takes the children of a branch page; null: they are leaves of the streamed bucket */
  private async node(run: PageRun, bucket: string | null, nesting: number, next: Child[] | null): Promise<void> {
    const { pgid } = run;
    if (run.pageCount > 1) this.mark(pgid + 1, run.pageCount - 1, pgid);
    switch (run.flags) {
      case BRANCH_PAGE:
        return this.guard(pgid, () => {
          const children = branchChildren(run);
          if (next === null) this.markLeaves(children, pgid);
          else for (const child of children) next.push({ pgid: child, parent: pgid });
        });
      case LEAF_PAGE:
        return this.leaf(run, bucket, nesting);
      default:
        this.onDamage({
          pgid,
          message: `page ${pgid} is neither a branch nor a leaf page, and its tree has one there`,
        });
    }
  }

  private markLeaves(leaves: readonly number[], parent: number): void {
    const { pageUse } = this;
    for (const pgid of leaves) {
      if (pageUse[pgid] === PAGE_FREE) pageUse[pgid] = PAGE_STREAMED_LEAF;
      else this.mark(pgid, 1, parent, PAGE_STREAMED_LEAF);
    }
  }

  /** Reads the entries of a leaf, and walks the buckets that it names. */
  private async leaf(run: PageRun, bucket: string | null, nesting: number): Promise<void> {
    const children: { readonly name: string; readonly root: BucketRoot }[] = [];
    this.guard(run.pgid, () =>
      visitLeafElements(run, (keyOffset, keyLength, valueOffset, valueLength, isBucket) => {
        const key = run.bytes.subarray(keyOffset, keyOffset + keyLength);
        if (isBucket) {
          const name = Buffer.from(key.buffer, key.byteOffset, key.length).toString("latin1");
          children.push({ name, root: readBucketRoot(run, valueOffset, valueLength) });
        } else if (bucket !== null) {
          this.onEntry(bucket, key, run.bytes.subarray(valueOffset, valueOffset + valueLength));
        }
      }),
    );
    for (const { name, root } of children) {
      // A nested bucket's entries are told under the name of the outermost one: etcd nests none.
      const outermost = bucket ?? name;
      if (bucket === null) this.bucketNames.push(name);
      await this.bucketRoot(root, outermost, run.pgid, nesting + 1);
    }
  }

  private async bucketRoot(root: BucketRoot, bucket: string, pgid: number, nesting: number): Promise<void> {
    if (nesting > DEEPEST_NESTING) {
      this.onDamage({ pgid, message: `page ${pgid} holds buckets nested deeper than ${DEEPEST_NESTING} levels` });
      return;
    }
    switch (root.kind) {
      case "tree":
        return this.tree(root.rootPgid, bucket, nesting);
      case "inline":
        if (bucket !== this.streamedBucket) return this.leaf(root.leaf, bucket, nesting);
        this.inlineLeaf = root.leaf;
        return;
      case "damaged":
        this.onDamage({ pgid, message: `page ${pgid} describes a bucket that can't be read` });
    }
  }

  /**
   * How many levels of branch pages stand above the leaves: every leaf of a bbolt tree has the same depth, so one
   * sound path tells. UNKNOWN_DEPTH when none is found, and then every page is read.
   */
  private async depthOf(pgid: number, above = 0, seen = new Set<number>()): Promise<number> {
    if (seen.has(pgid) || above > DEEPEST_TREE) return UNKNOWN_DEPTH;
    seen.add(pgid);
    const [run] = await this.pages.read([pgid]);
    if (run?.flags === LEAF_PAGE) return above;
    if (run?.flags !== BRANCH_PAGE) return UNKNOWN_DEPTH;
    for (const child of childrenOf(run)) {
      const depth = await this.depthOf(child, above + 1, seen);
      if (depth !== UNKNOWN_DEPTH) return depth;
    }
    return UNKNOWN_DEPTH;
  }

  /** Runs a reader of elements; where they are damaged, it is told, and what could be read has been. */
  private guard(pgid: number, read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof ElementOutOfBounds)) throw error;
      this.onDamage({ pgid, message: `page ${pgid}: ${error.message}` });
    }
  }
}

interface Child {
  readonly pgid: number;
  readonly parent: number;
}

/** The children of a branch page; none where the page is damaged. */
function childrenOf(run: PageRun): readonly number[] {
  try {
    return branchChildren(run);
  } catch (error) {
    if (error instanceof ElementOutOfBounds) return [];
    throw error;
  }
}
