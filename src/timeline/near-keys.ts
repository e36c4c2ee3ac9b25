/** A key that differs in one place, by so many bytes at most, is near. */
const MOST_DIFFERENT = 4;
const SLASH = 0x2f;
/** Kept while they are gathered, and told in the end. */
const MOST_KEPT = 200;
const MOST_TOLD = 3;

/** Gathers keys that someone may have meant who named another: written a little otherwise, or of another namespace. */
export class NearKeys {
  private readonly wanted: Uint8Array;
  private readonly nameLength: number;
  private readonly found = new Map<string, number>();

  constructor(wanted: Uint8Array) {
    this.wanted = wanted;
    this.nameLength = wanted.length - 1 - wanted.lastIndexOf(SLASH);
  }

  /** Looks at one key. */
  look(key: Uint8Array): void {
    if (this.found.size === MOST_KEPT) return;
    const { wanted } = this;
    const { length } = key;
    const shorter = Math.min(length, wanted.length);
    let same = 0;
    while (same < shorter && key[same] === wanted[same]) same++;
    let sameAtEnd = 0;
    while (sameAtEnd < shorter - same && key[length - 1 - sameAtEnd] === wanted[wanted.length - 1 - sameAtEnd])
      sameAtEnd++;
    const different = Math.max(length, wanted.length) - same - sameAtEnd;
    const isNamedAlike = this.nameLength > 0 && sameAtEnd > this.nameLength;
    if (different > MOST_DIFFERENT && !isNamedAlike) return;
    this.found.set(Buffer.from(key.buffer, key.byteOffset, length).toString("latin1"), different);
  }

  /** The nearest first. */
  list(): readonly Uint8Array[] {
    return [...this.found]
      .sort(([a, left], [b, right]) => left - right || (a < b ? -1 : 1))
      .slice(0, MOST_TOLD)
      .map(([text]) => Buffer.from(text, "latin1"));
  }
}
