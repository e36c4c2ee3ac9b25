import { type BboltFile, type PlacedPage, sealTrailer } from "./bbolt-file.ts";
import { sealMeta } from "./meta-page.ts";
import { ELEMENT_LENGTH, PAGE_HEADER_LENGTH, type PageKind, viewOf } from "./page.ts";

/** The runs of one kind in one bucket, in the order in which they were written. */
export function pagesOf(file: BboltFile, kind: PageKind | "freed", bucket: string): PlacedPage[] {
  return file.pages.filter((page) => page.kind === kind && page.bucket === bucket);
}

/**
 * A copy of the file with its bytes changed. The trailing hash is made right again unless `keepHash` says that it shall
 * tell of the change.
 */
export function changed(
  file: BboltFile,
  change: (bytes: Uint8Array, view: DataView) => void,
  options: { readonly keepHash?: boolean } = {},
): BboltFile {
  const copy = { ...file, bytes: file.bytes.slice() };
  change(copy.bytes, viewOf(copy.bytes));
  if (options.keepHash !== true) sealTrailer(copy);
  return copy;
}

/** A copy with a run of pages overwritten with zeros. */
export function withZeroedPage(file: BboltFile, page: PlacedPage): BboltFile {
  const start = page.pgid * file.pageSize;
  return changed(file, (bytes) => bytes.fill(0, start, start + (page.overflow + 1) * file.pageSize));
}

/** A copy in which a child of a branch is another page. */
export function withChild(file: BboltFile, branch: PlacedPage, index: number, pgid: number): BboltFile {
  const at = branch.pgid * file.pageSize + PAGE_HEADER_LENGTH + index * ELEMENT_LENGTH + 8;
  return changed(file, (_, view) => view.setBigUint64(at, BigInt(pgid), file.order === "little"));
}

/** A copy in which one field of a leaf element has another value: position and lengths are bytes. */
export function withLeafField(
  file: BboltFile,
  leaf: PlacedPage,
  index: number,
  field: "flags" | "position" | "keyLength" | "valueLength",
  value: number,
): BboltFile {
  const fieldOffset = { flags: 0, position: 4, keyLength: 8, valueLength: 12 }[field];
  const at = leaf.pgid * file.pageSize + PAGE_HEADER_LENGTH + index * ELEMENT_LENGTH + fieldOffset;
  return changed(file, (_, view) => view.setUint32(at, value, file.order === "little"));
}

/** A copy in which one field of a page's header has another value. */
export function withHeaderField(
  file: BboltFile,
  page: PlacedPage,
  field: "id" | "flags" | "count" | "overflow",
  value: number,
): BboltFile {
  const at = page.pgid * file.pageSize;
  const isLittle = file.order === "little";
  return changed(file, (_, view) => {
    switch (field) {
      case "id":
        return view.setBigUint64(at, BigInt(value), isLittle);
      case "flags":
        return view.setUint16(at + 8, value, isLittle);
      case "count":
        return view.setUint16(at + 10, value, isLittle);
      case "overflow":
        return view.setUint32(at + 12, value, isLittle);
    }
  });
}

/** A copy in which one field of a meta page has another value, with a right checksum. */
export function withMetaField(
  file: BboltFile,
  meta: 0 | 1,
  field: "magic" | "version" | "pageSize" | "root" | "highWaterMark" | "txid",
  value: number,
): BboltFile {
  const at = meta * file.pageSize + PAGE_HEADER_LENGTH;
  const isLittle = file.order === "little";
  return changed(file, (bytes, view) => {
    switch (field) {
      case "magic":
        view.setUint32(at, value, isLittle);
        break;
      case "version":
        view.setUint32(at + 4, value, isLittle);
        break;
      case "pageSize":
        view.setUint32(at + 8, value, isLittle);
        break;
      case "root":
        view.setBigUint64(at + 16, BigInt(value), isLittle);
        break;
      case "highWaterMark":
        view.setBigUint64(at + 40, BigInt(value), isLittle);
        break;
      case "txid":
        view.setBigUint64(at + 48, BigInt(value), isLittle);
        break;
    }
    sealMeta(bytes.subarray(meta * file.pageSize, (meta + 1) * file.pageSize), file.order);
  });
}

/** A copy with a meta page whose checksum is wrong. */
export function withBrokenMeta(file: BboltFile, meta: 0 | 1): BboltFile {
  const at = meta * file.pageSize + PAGE_HEADER_LENGTH + 20;
  return changed(file, (bytes) => {
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  });
}

/** The meta page that counts: the one with the higher transaction. */
export function newerMeta(file: BboltFile): 0 | 1 {
  const view = viewOf(file.bytes);
  const txid = (meta: number): bigint =>
    view.getBigUint64(meta * file.pageSize + PAGE_HEADER_LENGTH + 48, file.order === "little");
  return txid(1) > txid(0) ? 1 : 0;
}
