import { PAGE_HEADER_LENGTH, type PageRun } from "./page.ts";

/**
 * Elements of branch and leaf pages, 16 bytes each, right after the page header
 * (bbolt internal/common/page.go: branchPageElement, leafPageElement). Positions are relative to the element itself.
 *   branch: pos u32 | ksize u32 | pgid u64            leaf: flags u32 | pos u32 | ksize u32 | vsize u32
 */
const ELEMENT_LENGTH = 16;
const BUCKET_FLAG = 1;

/** Told of a page whose elements point outside it, or over each other: its content can't be trusted. */
export class ElementOutOfBounds extends RangeError {
  readonly element: number;
  constructor(element: number) {
    super(`element ${element} points outside its page or over its neighbour`);
    this.element = element;
  }
}

/** Called for each leaf element; offsets are into the run's buffer. */
export type LeafElementVisitor = (
  keyOffset: number,
  keyLength: number,
  valueOffset: number,
  valueLength: number,
  isBucket: boolean,
) => void;

/**
 * Walks the elements of a leaf page in order.
 * bbolt packs keys and values one after the other, so each must begin where the last one ended or later.
 * @throws ElementOutOfBounds; elements before the bad one have been visited
 */
export function visitLeafElements(run: PageRun, visit: LeafElementVisitor): void {
  const { view, offset, length, count } = run;
  const end = offset + length;
  let lowest = offset + PAGE_HEADER_LENGTH + count * ELEMENT_LENGTH;
  if (lowest > end) throw new ElementOutOfBounds(0);
  for (let index = 0; index < count; index++) {
    const element = offset + PAGE_HEADER_LENGTH + index * ELEMENT_LENGTH;
    const keyOffset = element + view.getUint32(element + 4, true);
    const keyLength = view.getUint32(element + 8, true);
    const valueOffset = keyOffset + keyLength;
    const valueLength = view.getUint32(element + 12, true);
    if (keyOffset < lowest || valueOffset + valueLength > end) throw new ElementOutOfBounds(index);
    lowest = valueOffset + valueLength;
    visit(keyOffset, keyLength, valueOffset, valueLength, (view.getUint32(element, true) & BUCKET_FLAG) !== 0);
  }
}

/**
 * The child pages of a branch page.
 * @throws ElementOutOfBounds when the elements do not fit the page or a child is no page number
 */
export function branchChildren(run: PageRun): readonly number[] {
  const { view, offset, length, count } = run;
  if (PAGE_HEADER_LENGTH + count * ELEMENT_LENGTH > length) throw new ElementOutOfBounds(0);
  const children: number[] = [];
  for (let index = 0; index < count; index++) {
    const element = offset + PAGE_HEADER_LENGTH + index * ELEMENT_LENGTH;
    const high = view.getUint32(element + 12, true);
    if (high > 0x1fffff) throw new ElementOutOfBounds(index);
    children.push(high * 2 ** 32 + view.getUint32(element + 8, true));
  }
  return children;
}
