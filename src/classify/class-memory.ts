import { KeyTable } from "../bytes/key-table.ts";

/** A real cluster has a handful of each; hostile data is read in full beyond these. */
const MOST_PARTS = 1024;
const LONGEST_PART = 4096;

/** In place of a form's number: this name or mark is not remembered. */
export const NOT_REMEMBERED = -1;

/**
 * Numbers for the forms of one provider's values: the bytes of the name and those that mark the class
 * (`EncryptedProvider.markOffset`). Nearly all values have a form that was seen before, so their bodies need not be
 * read again. Bounded, and allocates nothing for a form that is known.
 */
export class ClassMemory {
  private readonly names = new KeyTable();
  private readonly marks = new KeyTable();

  /** The number of a form, or NOT_REMEMBERED. The mark may be empty. */
  formOf(bytes: Uint8Array, nameOffset: number, nameEnd: number, markOffset: number, end: number): number {
    const nameLength = nameEnd - nameOffset;
    const markLength = end - markOffset;
    if (this.names.size >= MOST_PARTS || this.marks.size >= MOST_PARTS) return NOT_REMEMBERED;
    if (nameLength > LONGEST_PART || markLength > LONGEST_PART) return NOT_REMEMBERED;
    const name = this.names.intern(bytes, nameOffset, nameLength);
    const mark = markLength === 0 ? 0 : 1 + this.marks.intern(bytes, markOffset, markLength);
    return name * (MOST_PARTS + 1) + mark;
  }
}
