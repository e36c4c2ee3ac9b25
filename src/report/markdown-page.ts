import { formatCount } from "./numbers.ts";

/** GitHub takes 65,536 characters in a comment; this leaves room for a heading of one's own. */
const MOST_BYTES = 60_000;
/** What the notes on rows left out may take. */
const RESERVED_BYTES = 2_000;

/** A part of a page: what stands whole, then rows of which as many stand as there is room for. */
export interface MarkdownSection {
  readonly head: string;
  readonly rows: readonly string[];
  /** Rows that there are besides, not given. */
  readonly further?: number;
  /** Where the rest is to be had. */
  readonly rest: string;
}

/** A page that is never longer than a comment may be, counted in bytes of UTF-8. */
export class MarkdownPage {
  private readonly parts: string[] = [];
  private byteLength = 0;

  /** Adds a section, or as much of it as there is room for; one without head and rows is nothing. */
  add({ head, rows, further = 0, rest }: MarkdownSection): void {
    if (head === "" && rows.length === 0) return;
    if (!this.fits(`${head}\n`)) {
      this.push(`\n(${rest})\n`);
      return;
    }
    this.push(this.parts.length === 0 ? `${head}\n` : `\n${head}\n`);
    let shown = 0;
    for (const row of rows) {
      if (!this.fits(`${row}\n`)) break;
      this.push(`${row}\n`);
      shown++;
    }
    const left = rows.length - shown + further;
    if (left > 0) this.push(`\n${formatCount(left)} more: ${rest}\n`);
  }

  /** The page. */
  text(): string {
    return this.parts.join("");
  }

  private fits(text: string): boolean {
    return this.byteLength + Buffer.byteLength(text) <= MOST_BYTES - RESERVED_BYTES;
  }

  private push(text: string): void {
    this.parts.push(text);
    this.byteLength += Buffer.byteLength(text);
  }
}
