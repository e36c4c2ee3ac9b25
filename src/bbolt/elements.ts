import { PAGE_HEADER_LENGTH, type PageRun } from "./page.ts";

/**
 * Elements of branch and leaf pages, 16 bytes each, right after the page header
 * (bbolt internal/common/page.go: branchPageElement, leafPageElement). Positions are relative to the element itself.
 *   branch: pos u32 | ksize u32 | pgid u64            leaf: flags u32 | pos u32 | ksize u32 | vsize u32
 */
export const ELEMENT_LENGTH = 16;
const BUCKET_FLAG = 1;

/** What is wrong with a page of which this element is the first that can't be trusted. */
export function outOfBounds(element: number): string {
  return `element ${element} does not begin where the one before it ends, or points outside its page`;
}

/**
 * Told of a page whose elements are not packed as bbolt packs them: its content can't be trusted. bbolt writes keys and
 * values one after the other, from the end of the elements on and without a gap (internal/common/inode.go:
 * WriteInodeToPage), so that a count, position or length that lies shows.
 */
export class ElementOutOfBounds extends RangeError {
  readonly element: number;
  constructor(element: number) {
    super(outOfBounds(element));
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
 * @throws ElementOutOfBounds for the first bad element, once all that lie within the page and apart have been visited
 */
export function visitLeafElements(run: PageRun, visit: LeafElementVisitor): void {
  const { view, offset, length, count } = run;
  const end = offset + length;
  let next = offset + PAGE_HEADER_LENGTH + count * ELEMENT_LENGTH;
  if (next > end) throw new ElementOutOfBounds(0);
  let firstBad = -1;
  for (let index = 0; index < count; index++) {
    const element = offset + PAGE_HEADER_LENGTH + index * ELEMENT_LENGTH;
    const keyOffset = element + view.getUint32(element + 4, true);
    const keyLength = view.getUint32(element + 8, true);
    const valueOffset = keyOffset + keyLength;
    const valueLength = view.getUint32(element + 12, true);
    const isReadable = keyOffset >= next && valueOffset + valueLength <= end;
    if (firstBad === -1 && (keyOffset !== next || !isReadable)) firstBad = index;
    if (!isReadable) continue;
    next = valueOffset + valueLength;
    const isBucket = (view.getUint32(element, true) & BUCKET_FLAG) !== 0;
    visit(keyOffset, keyLength, valueOffset, valueLength, isBucket);
  }
  if (firstBad !== -1) throw new ElementOutOfBounds(firstBad);
}

/**
 * The child pages of a branch page, of which the buffer need not hold the keys.
 * @throws ElementOutOfBounds when there are none, or one can't be trusted: pages below it would be lost in silence
 */
export function branchChildren(run: PageRun): readonly number[] {
  const { view, offset, length, count } = run;
  let next = PAGE_HEADER_LENGTH + count * ELEMENT_LENGTH;
  if (count === 0 || next > length) throw new ElementOutOfBounds(0);
  const children: number[] = [];
  for (let index = 0; index < count; index++) {
    const element = PAGE_HEADER_LENGTH + index * ELEMENT_LENGTH;
    const keyOffset = element + view.getUint32(offset + element, true);
    const high = view.getUint32(offset + element + 12, true);
    if (keyOffset !== next || high > 0x1fffff) throw new ElementOutOfBounds(index);
    next = keyOffset + view.getUint32(offset + element + 4, true);
    children.push(high * 2 ** 32 + view.getUint32(offset + element + 8, true));
  }
  return children;
}
