import { describe, expect, test } from "vitest";
import type { Damage } from "../../src/bbolt/damage.ts";
import { newerMeta, readMeta } from "../../src/bbolt/meta.ts";
import {
  PAGE_FREE,
  PAGE_STREAMED_LEAF,
  PAGE_USED,
  type Reachability,
  walkBuckets,
} from "../../src/bbolt/reachability.ts";
import { type BboltFile, bboltFile, type PlacedPage } from "../bbolt-file/bbolt-file.ts";
import type { Bucket } from "../bbolt-file/bucket.ts";
import { pagesOf, withChild, withHeaderField, withLeafField, withZeroedPage } from "../bbolt-file/damage.ts";
import { MemoryPages } from "./page-runs.ts";

interface Walk extends Reachability {
  readonly entries: readonly string[];
  readonly damages: readonly Damage[];
  readonly pagesRead: readonly number[];
}

async function walk(file: BboltFile): Promise<Walk> {
  const metas = [0, file.pageSize].map((offset) => readMeta(file.bytes, offset));
  const meta = newerMeta(metas);
  if (meta === undefined) throw new Error("the test's file has no meta page");
  const pages = new MemoryPages(file);
  const entries: string[] = [];
  const damages: Damage[] = [];
  const reached = await walkBuckets(
    pages,
    meta,
    "streamed",
    (bucket, key) => entries.push(`${bucket}/${Buffer.from(key).toString()}`),
    (damage) => damages.push(damage),
  );
  const { pageUse, bucketNames, inlineLeaf } = reached;
  return { pageUse, bucketNames, inlineLeaf, entries, damages, pagesRead: pages.pagesRead };
}

function entriesOf(count: number, valueLength = 100): NonNullable<Bucket["entries"]> {
  return Array.from({ length: count }, (_, index) => ({
    key: new TextEncoder().encode(`entry-${String(index).padStart(6, "0")}`),
    value: new Uint8Array(valueLength),
  }));
}

const freedPages = [new Uint8Array(9000).fill(7)];
const two = (streamed: Bucket, small: Bucket = { entries: entriesOf(2, 1) }): BboltFile =>
  bboltFile({
    buckets: new Map([
      ["streamed", streamed],
      ["small", small],
    ]),
    pageSize: 1024,
    freedPages,
  });

function pages(file: BboltFile, use: number, reached: Walk): number[] {
  return Array.from(
    { length: file.pages.reduce((end, page) => Math.max(end, page.pgid + page.overflow + 1), 0) },
    (_, pgid) => pgid,
  ).filter((pgid) => reached.pageUse[pgid] === use);
}

function firstPages(list: readonly PlacedPage[]): number[] {
  return list.map(({ pgid }) => pgid).sort((a, b) => a - b);
}

function at(list: readonly PlacedPage[], index: number): PlacedPage {
  const page = list[index];
  if (page === undefined) throw new Error(`the test's file has no page ${index}`);
  return page;
}

describe("the walk from the root bucket", () => {
  test.each([1, 5, 60, 900, 4000])(
    "marks every leaf of a streamed bucket of %s entries and reads only one of them",
    async (count) => {
      const file = two({ entries: entriesOf(count), form: "tree" });
      const reached = await walk(file);
      const leaves = firstPages(pagesOf(file, "leaf", "streamed"));
      expect(reached.damages).toEqual([]);
      expect(pages(file, PAGE_STREAMED_LEAF, reached)).toEqual(leaves);
      expect(pages(file, PAGE_FREE, reached)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(reached.pagesRead.filter((pgid) => leaves.includes(pgid)).length).toBeLessThanOrEqual(1);
      expect(reached.bucketNames).toEqual(["small", "streamed"]);
      expect(reached.entries).toEqual(["small/entry-000000", "small/entry-000001"]);
      expect(reached.inlineLeaf).toBeUndefined();
    },
  );

  test("gives the leaf of a streamed bucket that is inline", async () => {
    const reached = await walk(two({ entries: entriesOf(1, 3) }));
    expect(reached.inlineLeaf?.count).toBe(1);
    expect(reached.damages).toEqual([]);
  });

  test("tells the entries of other buckets in trees, in runs of pages and in buckets of buckets", async () => {
    const inner: Bucket = { entries: entriesOf(1), buckets: new Map([["innermost", { entries: entriesOf(1) }]]) };
    const small: Bucket = { entries: entriesOf(300, 700), buckets: new Map([["inner", inner]]) };
    const file = two({ entries: entriesOf(3), form: "tree" }, small);
    const reached = await walk(file);
    expect(reached.damages).toEqual([]);
    expect(reached.entries).toHaveLength(302);
    expect(new Set(reached.entries.map((entry) => entry.split("/")[0]))).toEqual(new Set(["small"]));
    expect(pages(file, PAGE_FREE, reached)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test("tells every bucket of a root bucket of many pages", async () => {
    const names = Array.from({ length: 400 }, (_, index) => `bucket-${index}`);
    const reached = await walk(bboltFile({ buckets: new Map(names.map((name) => [name, { entries: entriesOf(1) }])) }));
    expect([...reached.bucketNames].sort()).toEqual(names.sort());
    expect(reached.entries).toHaveLength(400);
  });

  test("marks a stored freelist as used", async () => {
    const file = bboltFile({ buckets: new Map([["streamed", {}]]), freelist: "stored", freedPages });
    const reached = await walk(file);
    expect(reached.damages).toEqual([]);
    expect(reached.pageUse[at(pagesOf(file, "freelist", ""), 0).pgid]).toBe(PAGE_USED);
  });

  test("refuses buckets nested deeper than any program nests them", async () => {
    let bucket: Bucket = { entries: entriesOf(1) };
    for (let depth = 0; depth < 20; depth++) bucket = { buckets: new Map([["deeper", bucket]]) };
    const reached = await walk(two({ form: "tree", entries: entriesOf(1) }, bucket));
    expect(reached.damages.map(({ message }) => message).join()).toMatch(/nested/);
  });
});

describe("a damaged tree is told and walked around", () => {
  const file = two({ entries: entriesOf(4000), form: "tree" });
  const leaves = pagesOf(file, "leaf", "streamed");
  const branches = pagesOf(file, "branch", "streamed");
  const top = at(branches, branches.length - 1);
  const low = at(branches, 0);
  const lowChildren = leaves.length / (branches.length - 1);

  async function reachedLeaves(
    damaged: BboltFile,
  ): Promise<{ readonly lost: number; readonly damages: readonly Damage[] }> {
    const reached = await walk(damaged);
    const found = pages(damaged, PAGE_STREAMED_LEAF, reached).filter((pgid) =>
      leaves.some((leaf) => leaf.pgid === pgid),
    );
    return { lost: leaves.length - found.length, damages: reached.damages };
  }

  test("the test's tree has two levels of branches", () => {
    expect(branches.length).toBeGreaterThan(3);
    expect(top.pgid).not.toBe(low.pgid);
  });

  test("a lost branch loses its own leaves only", async () => {
    for (const branch of branches.slice(0, -1)) {
      const { lost, damages } = await reachedLeaves(withZeroedPage(file, branch));
      expect(damages.length).toBeGreaterThan(0);
      expect(lost).toBeGreaterThan(0);
      expect(lost).toBeLessThan(2 * lowChildren);
    }
  });

  test("lost leaves at the beginning, which the depth is learned from, lose nothing else", async () => {
    for (const count of [60, 4000]) {
      const sound = two({ entries: entriesOf(count), form: "tree" });
      const all = pagesOf(sound, "leaf", "streamed");
      const damaged = all.slice(0, -1).reduce(withZeroedPage, sound);
      expect(pages(sound, PAGE_STREAMED_LEAF, await walk(damaged))).toEqual(firstPages(all));
    }
  });

  test("a tree all of whose leaves are lost is damage", async () => {
    const { damages } = await reachedLeaves(leaves.reduce(withZeroedPage, file));
    expect(damages).toHaveLength(leaves.length);
  });

  test("a leaf where other leaves have a branch above them is damage, and is marked", async () => {
    const small = two({ entries: entriesOf(4000), form: "tree" });
    const child = at(leaves, leaves.length - 1);
    const { damages, lost } = await reachedLeaves(withChild(small, top, branches.length - 2, child.pgid));
    expect(damages.map(({ message }) => message)).toEqual([expect.stringMatching(/higher in its tree/)]);
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(2 * lowChildren);
  });

  test("a branch without children is damage", async () => {
    const { damages } = await reachedLeaves(withHeaderField(file, low, "count", 0));
    expect(damages.map(({ pgid }) => pgid)).toContain(low.pgid);
  });

  test("a branch with a child too few is damage", async () => {
    const { damages } = await reachedLeaves(withHeaderField(file, low, "count", 3));
    expect(damages.map(({ pgid }) => pgid)).toContain(low.pgid);
  });

  test("a cycle ends", async () => {
    for (const target of [top.pgid, low.pgid]) {
      const { damages } = await reachedLeaves(withChild(file, low, 1, target));
      expect(damages.map(({ message }) => message).join()).toMatch(/twice/);
    }
  });

  test("a cycle through every child is read once, not again and again", async () => {
    const children = Array.from({ length: 30 }, (_, index) => index);
    const circle = children.reduce((damaged, index) => withChild(damaged, low, index, low.pgid), file);
    const around = branches
      .slice(0, -1)
      .reduce((damaged, _, index) => withChild(damaged, top, index, low.pgid), circle);
    const reached = await walk(around);
    expect(reached.damages.length).toBeGreaterThan(0);
    expect(reached.pagesRead.length).toBeLessThan(100);
  });

  test("a shared page, a child past the end, and one that is a meta page are damage", async () => {
    for (const pgid of [at(leaves, 9).pgid, 1_000_000, 2 ** 40, 0, 1]) {
      const { damages, lost } = await reachedLeaves(withChild(file, low, 2, pgid));
      expect(damages.length).toBeGreaterThan(0);
      expect(lost).toBeLessThanOrEqual(1);
    }
  });

  test("a bucket behind a damaged element of the root page is lost, and those before it are not", async () => {
    const root = at(pagesOf(file, "leaf", ""), 0);
    const reached = await walk(withLeafField(file, root, 1, "position", 0x7fffffff));
    expect(reached.damages.length).toBeGreaterThan(0);
    expect(reached.bucketNames).toEqual(["small"]);
    expect(reached.entries).toHaveLength(2);
  });

  test("a freelist that is none is damage", async () => {
    const stored = bboltFile({ buckets: new Map([["streamed", {}]]), freelist: "stored" });
    const reached = await walk(withZeroedPage(stored, at(pagesOf(stored, "freelist", ""), 0)));
    expect(reached.damages.map(({ message }) => message).join()).toMatch(/freelist/);
  });
});
