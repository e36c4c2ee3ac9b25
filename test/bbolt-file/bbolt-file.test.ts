import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { FIXTURES } from "../corpus/repository-corpus.ts";
import { metaPage, sealMeta } from "./meta-page.ts";
import { branchNode, ELEMENT_LENGTH, leafNode, PAGE_FLAG, PAGE_HEADER_LENGTH, viewOf } from "./page.ts";

/** Files of bbolt itself, made by etcd and by `bbolt.Compact`. */
const REAL_FILES = [
  "n-large/half-compacted-page16k.db.gz",
  "u-etcd-3.4/compacted.db.gz",
  "j-mixed/with-raw-values.db.gz",
];

describe.each(REAL_FILES)("the writer makes the bytes that bbolt made: %s", (name) => {
  const bytes = new Uint8Array(gunzipSync(readFileSync(join(FIXTURES, name))));
  const pageSize = viewOf(bytes).getUint32(PAGE_HEADER_LENGTH + 8, true);
  const pages = Array.from({ length: Math.floor(bytes.length / pageSize) }, (_, pgid) => pgid * pageSize).filter(
    (start) => Number(viewOf(bytes).getBigUint64(start, true)) * pageSize === start,
  );
  const pagesWithFlag = (flag: number): Uint8Array[] =>
    pages
      .filter((start) => viewOf(bytes).getUint16(start + 8, true) === flag)
      .map((start) => bytes.slice(start, start + (viewOf(bytes).getUint32(start + 12, true) + 1) * pageSize));

  test("meta pages and their checksums", () => {
    const metas = pagesWithFlag(PAGE_FLAG.meta);
    expect(metas).toHaveLength(2);
    metas.forEach((page, pgid) => {
      const view = viewOf(page);
      const number = (offset: number): number => Number(view.getBigUint64(PAGE_HEADER_LENGTH + offset, true));
      const freelist = view.getBigUint64(PAGE_HEADER_LENGTH + 32, true);
      const made = metaPage(pgid === 0 ? 0 : 1, {
        pageSize,
        rootPgid: number(16),
        rootSequence: number(24),
        freelistPgid: freelist === 0xffffffffffffffffn ? null : Number(freelist),
        highWaterMark: number(40),
        txid: number(48),
      });
      expect(Buffer.compare(made, page)).toBe(0);
      made.fill(0, 72, 80);
      sealMeta(made);
      expect(Buffer.compare(made, page)).toBe(0);
    });
  });

  test("leaves and branches", () => {
    const leaves = pagesWithFlag(PAGE_FLAG.leaf);
    const branches = pagesWithFlag(PAGE_FLAG.branch);
    expect(leaves.length).toBeGreaterThan(10);
    expect(branches.length).toBeGreaterThan(0);
    for (const page of leaves) expectSameNode(leafNode(leafElements(page)), page);
    for (const page of branches) expectSameNode(branchNode(branchElements(page)), page);
  });
});

/** Page number and overflow count are set when a node is placed. */
function expectSameNode(node: Uint8Array, page: Uint8Array): void {
  const real = page.slice();
  real.fill(0, 0, 8);
  real.fill(0, 12, 16);
  expect(node.length).toBeLessThanOrEqual(real.length);
  expect(Buffer.compare(node, real.subarray(0, node.length))).toBe(0);
}

function leafElements(page: Uint8Array): Parameters<typeof leafNode>[0] {
  return elementStarts(page).map((start) => {
    const view = viewOf(page);
    const keyStart = start + view.getUint32(start + 4, true);
    const valueStart = keyStart + view.getUint32(start + 8, true);
    return {
      key: page.subarray(keyStart, valueStart),
      value: page.subarray(valueStart, valueStart + view.getUint32(start + 12, true)),
      isBucket: view.getUint32(start, true) === 1,
    };
  });
}

function branchElements(page: Uint8Array): Parameters<typeof branchNode>[0] {
  return elementStarts(page).map((start) => {
    const view = viewOf(page);
    const keyStart = start + view.getUint32(start, true);
    return {
      key: page.subarray(keyStart, keyStart + view.getUint32(start + 4, true)),
      pgid: Number(view.getBigUint64(start + 8, true)),
    };
  });
}

function elementStarts(page: Uint8Array): number[] {
  const count = viewOf(page).getUint16(10, true);
  return Array.from({ length: count }, (_, index) => PAGE_HEADER_LENGTH + ELEMENT_LENGTH * index);
}
