import {
  type ByteOrder,
  branchNode,
  ELEMENT_LENGTH,
  type LeafElement,
  leafNode,
  PAGE_HEADER_LENGTH,
  type PageKind,
  viewOf,
} from "./page.ts";

/** The content of a bucket: entries and buckets inside it, by key. */
export interface Bucket {
  readonly entries?: readonly LeafElement[];
  readonly buckets?: ReadonlyMap<string, Bucket>;
  readonly sequence?: number;
  /** `tree`: pages of its own even if it is small; else as bbolt does it: inline up to a quarter of a page. */
  readonly form?: "tree" | "as-bbolt";
}

/** Takes the bytes of a node and gives the number of the page it will be written to. */
export type PlaceNode = (node: Uint8Array, kind: PageKind, bucket: string) => number;

/** How nodes are cut. */
export interface TreeOptions {
  readonly pageSize: number;
  readonly order: ByteOrder;
  /** A leaf is closed when it is fuller than this part of a page; etcd appends with 0.9. */
  readonly fill: number;
}

/** The 16-byte header that a leaf of the parent holds for a bucket, and behind it the bucket itself if it is inline. */
function bucketValue(bucket: Bucket, path: string, options: TreeOptions, place: PlaceNode): Uint8Array {
  const elements = elementsOf(bucket, path, options, place);
  const root = leafNode(elements, options.order);
  const isInline = bucket.form !== "tree" && (bucket.buckets?.size ?? 0) === 0 && root.length <= options.pageSize / 4;
  const value = new Uint8Array(16 + (isInline ? root.length : 0));
  const isLittle = options.order === "little";
  if (isInline) value.set(root, 16);
  else viewOf(value).setBigUint64(0, BigInt(placeTree(elements, path, options, place)), isLittle);
  viewOf(value).setBigUint64(8, BigInt(bucket.sequence ?? 0), isLittle);
  return value;
}

/** Writes sorted elements as a tree and gives the page number of its root. */
export function placeTree(
  elements: readonly LeafElement[],
  path: string,
  options: TreeOptions,
  place: PlaceNode,
): number {
  const leaves = cut(elements, (element) => element.key.length + element.value.length, options);
  let level = leaves.map((group) => ({
    key: group[0]?.key ?? new Uint8Array(0),
    pgid: place(leafNode(group, options.order), "leaf", path),
  }));
  while (level.length > 1) {
    level = cut(level, (element) => element.key.length, options).map((group) => ({
      key: group[0]?.key ?? new Uint8Array(0),
      pgid: place(branchNode(group, options.order), "branch", path),
    }));
  }
  return level[0]?.pgid ?? 0;
}

/** The leaf elements of a bucket, those of the buckets inside it among them, in the order of their keys. */
export function elementsOf(bucket: Bucket, path: string, options: TreeOptions, place: PlaceNode): LeafElement[] {
  const nested = [...(bucket.buckets ?? [])].map(([name, child]) => ({
    key: new TextEncoder().encode(name),
    value: bucketValue(child, path === "" ? name : `${path}/${name}`, options, place),
    isBucket: true,
  }));
  return [...(bucket.entries ?? []), ...nested].sort((a, b) => Buffer.compare(a.key, b.key));
}

/** Groups of at least two elements (bbolt node.go `splitIndex`), so that large values share an overflow run. */
function cut<Element>(
  elements: readonly Element[],
  dataLength: (element: Element) => number,
  options: TreeOptions,
): Element[][] {
  const groups: Element[][] = [[]];
  let length = PAGE_HEADER_LENGTH;
  elements.forEach((element, index) => {
    let group = groups[groups.length - 1] ?? [];
    const elementLength = ELEMENT_LENGTH + dataLength(element);
    const isLastPair = elements.length - index < 2;
    if (group.length >= 2 && !isLastPair && length + elementLength > options.pageSize * options.fill) {
      group = [];
      groups.push(group);
      length = PAGE_HEADER_LENGTH;
    }
    group.push(element);
    length += elementLength;
  });
  return groups;
}
