import { isHeaderOf, LEAF_PAGE, PAGE_HEADER_LENGTH, type PageRun, readCount, readFlags, readPgid } from "./page.ts";

/** Bucket header, the value of a leaf element with the bucket flag: root pgid u64 | sequence u64 (bbolt bucket.go). */
const BUCKET_HEADER_LENGTH = 16;

/** Where a bucket's content lies: in pages of its own, or within the value that describes it. */
export type BucketRoot =
  | { readonly kind: "tree"; readonly rootPgid: number }
  | { readonly kind: "inline"; readonly leaf: PageRun }
  | { readonly kind: "damaged" };

/** Reads a bucket header and, where the bucket is inline, the leaf page that follows it. */
export function readBucketRoot(run: PageRun, valueOffset: number, valueLength: number): BucketRoot {
  if (valueLength < BUCKET_HEADER_LENGTH) return { kind: "damaged" };
  const rootPgid = readPgid(run.view, valueOffset);
  if (rootPgid === -1) return { kind: "damaged" };
  if (rootPgid !== 0) return { kind: "tree", rootPgid };
  const offset = valueOffset + BUCKET_HEADER_LENGTH;
  const length = valueLength - BUCKET_HEADER_LENGTH;
  if (length < PAGE_HEADER_LENGTH || !isHeaderOf(run.view, offset, 0) || readFlags(run.view, offset) !== LEAF_PAGE) {
    return { kind: "damaged" };
  }
  const { bytes, view, pgid } = run;
  const count = readCount(view, offset);
  return { kind: "inline", leaf: { bytes, view, offset, length, pageCount: 0, pgid, flags: LEAF_PAGE, count } };
}
