/** Page kinds (bbolt internal/common/page.go). */
export const PAGE_FLAG = { branch: 0x01, leaf: 0x02, meta: 0x04, freelist: 0x10 } as const;
export type PageKind = keyof typeof PAGE_FLAG;

/** Bytes of a page's header, and of one branch or leaf element. */
export const PAGE_HEADER_LENGTH = 16;
export const ELEMENT_LENGTH = 16;

/** How numbers are stored: real files are little-endian; a big-endian host writes the other way round. */
export type ByteOrder = "little" | "big";

/** One key and value of a leaf. `isBucket`: the value is a bucket header. */
export interface LeafElement {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly isBucket?: boolean;
}

/** One child of a branch: its first key and its page. */
export interface BranchElement {
  readonly key: Uint8Array;
  readonly pgid: number;
}

/**
 * The bytes of a leaf: header, elements, then keys and values in order, without padding. Its page number is 0 until
 * `placePages` puts it somewhere.
 */
export function leafNode(elements: readonly LeafElement[], order: ByteOrder = "little"): Uint8Array {
  const node = emptyNode("leaf", elements, (element) => element.key.length + element.value.length, order);
  const view = viewOf(node);
  let dataOffset = PAGE_HEADER_LENGTH + ELEMENT_LENGTH * elements.length;
  elements.forEach((element, index) => {
    const at = PAGE_HEADER_LENGTH + ELEMENT_LENGTH * index;
    view.setUint32(at, element.isBucket === true ? 1 : 0, order === "little");
    view.setUint32(at + 4, dataOffset - at, order === "little");
    view.setUint32(at + 8, element.key.length, order === "little");
    view.setUint32(at + 12, element.value.length, order === "little");
    node.set(element.key, dataOffset);
    node.set(element.value, dataOffset + element.key.length);
    dataOffset += element.key.length + element.value.length;
  });
  return node;
}

/** The bytes of a branch, as `leafNode` makes those of a leaf. */
export function branchNode(elements: readonly BranchElement[], order: ByteOrder = "little"): Uint8Array {
  const node = emptyNode("branch", elements, (element) => element.key.length, order);
  const view = viewOf(node);
  let dataOffset = PAGE_HEADER_LENGTH + ELEMENT_LENGTH * elements.length;
  elements.forEach((element, index) => {
    const at = PAGE_HEADER_LENGTH + ELEMENT_LENGTH * index;
    view.setUint32(at, dataOffset - at, order === "little");
    view.setUint32(at + 4, element.key.length, order === "little");
    view.setBigUint64(at + 8, BigInt(element.pgid), order === "little");
    node.set(element.key, dataOffset);
    dataOffset += element.key.length;
  });
  return node;
}

/** The bytes of a freelist page; from 65,535 ids on the count moves into the first 8 bytes. */
export function freelistNode(pgids: readonly number[], order: ByteOrder = "little"): Uint8Array {
  const isExtended = pgids.length >= 0xffff;
  const idsOffset = PAGE_HEADER_LENGTH + (isExtended ? 8 : 0);
  const node = new Uint8Array(idsOffset + 8 * pgids.length);
  const view = viewOf(node);
  view.setUint16(8, PAGE_FLAG.freelist, order === "little");
  view.setUint16(10, isExtended ? 0xffff : pgids.length, order === "little");
  if (isExtended) view.setBigUint64(PAGE_HEADER_LENGTH, BigInt(pgids.length), order === "little");
  pgids.forEach((pgid, index) => {
    view.setBigUint64(idsOffset + 8 * index, BigInt(pgid), order === "little");
  });
  return node;
}

/** A view for numbers over exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function emptyNode<Element>(
  kind: PageKind,
  elements: readonly Element[],
  dataLength: (element: Element) => number,
  order: ByteOrder,
): Uint8Array {
  const length = elements.reduce((sum, element) => sum + ELEMENT_LENGTH + dataLength(element), PAGE_HEADER_LENGTH);
  const node = new Uint8Array(length);
  const view = viewOf(node);
  view.setUint16(8, PAGE_FLAG[kind], order === "little");
  view.setUint16(10, elements.length, order === "little");
  return node;
}
