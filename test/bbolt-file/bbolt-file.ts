import { createHash } from "node:crypto";
import { type Bucket, elementsOf, placeTree } from "./bucket.ts";
import { metaPage } from "./meta-page.ts";
import { type ByteOrder, freelistNode, type PageKind, viewOf } from "./page.ts";

/** What a file shall hold and how. */
export interface BboltFileOptions {
  readonly buckets: ReadonlyMap<string, Bucket>;
  /** Bytes; 4096 unless told. */
  readonly pageSize?: number;
  readonly order?: ByteOrder;
  /** Part of a page after which a leaf is closed; 0.9 unless told. */
  readonly fill?: number;
  /** Bytes of freed pages, one run each: written as they are, reachable from nowhere. They come first in the file. */
  readonly freedPages?: readonly Uint8Array[];
  /** Whether the freelist is stored; etcd on Linux does not. */
  readonly freelist?: "stored" | "omitted";
  /** `descending`: the root stands before its leaves. */
  readonly placement?: "ascending" | "descending";
  /** Transaction of the newer meta page, which is meta page `txid % 2`; the other one has `txid - 1`. */
  readonly txid?: number;
  /** Whether the SHA-256 that `etcdctl snapshot save` appends is there. */
  readonly trailer?: boolean;
}

/** One run of pages: its first page, how many follow it, and what it is for. */
export interface PlacedPage {
  readonly pgid: number;
  readonly overflow: number;
  readonly kind: PageKind | "freed";
  /** Names of the bucket it belongs to, joined with `/`; empty for the file's root. */
  readonly bucket: string;
}

/** A bbolt file and where everything lies in it. */
export interface BboltFile {
  readonly bytes: Uint8Array;
  readonly pageSize: number;
  readonly order: ByteOrder;
  readonly hasTrailer: boolean;
  readonly pages: readonly PlacedPage[];
}

/** A bbolt file made from nothing. Its layout is that of bbolt v1.4 (internal/common), checked with bbolt's own `tx.Check`. */
export function bboltFile(options: BboltFileOptions): BboltFile {
  const pageSize = options.pageSize ?? 4096;
  const order = options.order ?? "little";
  const tree = { pageSize, order, fill: options.fill ?? 0.9 };
  const txid = options.txid ?? 8;

  // Trees are built twice: the page numbers of a descending file are known only when its length is.
  const count = (node: Uint8Array): number => Math.max(1, Math.ceil(node.length / pageSize));
  const freedLength = (options.freedPages ?? []).reduce((sum, freed) => sum + count(freed), 0);
  const firstTreePage = 2 + freedLength;
  let treeLength = 0;
  if (options.placement === "descending") {
    const measure = (node: Uint8Array): number => {
      treeLength += count(node);
      return treeLength;
    };
    placeTree(elementsOf({ buckets: options.buckets }, "", tree, measure), "", tree, measure);
  }

  const runs: { readonly page: PlacedPage; readonly node: Uint8Array }[] = [];
  let next = 2;
  const add = (node: Uint8Array, kind: PageKind | "freed", bucket: string): number => {
    const length = count(node);
    const isDescending = options.placement === "descending" && (kind === "leaf" || kind === "branch");
    const pgid = isDescending ? 2 * firstTreePage + treeLength - next - length : next;
    next += length;
    runs.push({ page: { pgid, overflow: length - 1, kind, bucket }, node });
    return pgid;
  };
  for (const freed of options.freedPages ?? []) add(freed, "freed", "");
  const rootPgid = placeTree(elementsOf({ buckets: options.buckets }, "", tree, add), "", tree, add);
  const freed = Array.from({ length: freedLength }, (_, index) => 2 + index);
  const freelistPgid = options.freelist === "stored" ? add(freelistNode(freed, order), "freelist", "") : null;

  const hasTrailer = options.trailer ?? true;
  const bytes = new Uint8Array(next * pageSize + (hasTrailer ? 32 : 0));
  for (const pgid of [0, 1] as const) {
    const meta = { pageSize, rootPgid, freelistPgid, highWaterMark: next, txid: pgid === txid % 2 ? txid : txid - 1 };
    bytes.set(metaPage(pgid, meta, order), pgid * pageSize);
  }
  for (const { page, node } of runs) {
    bytes.set(node, page.pgid * pageSize);
    if (page.kind === "freed") continue;
    const view = viewOf(bytes);
    view.setBigUint64(page.pgid * pageSize, BigInt(page.pgid), order === "little");
    view.setUint32(page.pgid * pageSize + 12, page.overflow, order === "little");
  }
  const file = { bytes, pageSize, order, hasTrailer, pages: runs.map(({ page }) => page) };
  sealTrailer(file);
  return file;
}

/** Puts the right hash at the end, so that damage inside is not found by the hash alone. */
export function sealTrailer(file: BboltFile): void {
  if (!file.hasTrailer) return;
  const end = file.bytes.length - 32;
  file.bytes.set(createHash("sha256").update(file.bytes.subarray(0, end)).digest(), end);
}
