const BLOCK_SCALAR_HEADER = /^[|>][-+0-9]*[ \t]*(?:#.*)?$/;

/**
 * Indents the lines that begin inside brackets or quotes beyond the column where these open. There the API server's YAML
 * reader asks for no indentation and the YAML library does; the blanks change no value, since both fold lines. Lines
 * keep their number.
 */
export function indentContinuedLines(text: string): string {
  const state = new ContinuedLines();
  return text
    .split("\n")
    .map((line) => {
      const missing = state.isInside && line.trim() !== "" ? state.openColumn + 1 - indentOf(line) : 0;
      state.take(line);
      return missing > 0 ? " ".repeat(missing) + line : line;
    })
    .join("\n");
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Follows brackets, quotes, comments and block scalars through a text, line by line. */
class ContinuedLines {
  /** Where the outermost bracket or quote that is open stands in its line. */
  openColumn = 0;
  private depth = 0;
  private quote: "'" | '"' | null = null;
  /** The indentation that a block scalar's lines must exceed; null outside of one. */
  private blockIndent: number | null = null;

  get isInside(): boolean {
    return this.depth > 0 || this.quote !== null;
  }

  take(line: string): void {
    if (this.blockIndent !== null) {
      if (line.trim() === "" || indentOf(line) > this.blockIndent) return;
      this.blockIndent = null;
    }
    // Where a scalar may begin, a quote or a bracket has its meaning; within a plain one it is a letter.
    let mayBegin = true;
    for (let at = 0; at < line.length; at++) {
      const character = line[at] as string;
      const wasInside = this.isInside;
      if (this.quote !== null) {
        at += this.skipQuoted(line, at);
        mayBegin = false;
      } else if (character === " " || character === "\t") {
        if (line[at + 1] === "#") return;
      } else if (character === "#" && at === 0) return;
      else if (mayBegin && (character === "'" || character === '"')) this.quote = character;
      else if (mayBegin && this.depth === 0 && BLOCK_SCALAR_HEADER.test(line.slice(at))) {
        this.blockIndent = indentOf(line);
        return;
      } else mayBegin = this.takeOutsideQuotes(line, at, mayBegin);
      if (!wasInside && this.isInside) this.openColumn = at;
    }
  }

  /** How many characters beyond the one at `at` belong to the same step of a quoted scalar. */
  private skipQuoted(line: string, at: number): number {
    if (this.quote === '"' && line[at] === "\\") return 1;
    if (line[at] !== this.quote) return 0;
    if (this.quote === "'" && line[at + 1] === "'") return 1;
    this.quote = null;
    return 0;
  }

  private takeOutsideQuotes(line: string, at: number, mayBegin: boolean): boolean {
    const character = line[at] as string;
    if ((character === "[" || character === "{") && (mayBegin || this.depth > 0)) {
      this.depth++;
      return true;
    }
    if (this.depth > 0 && (character === "]" || character === "}")) {
      this.depth--;
      return false;
    }
    if (this.depth > 0 && character === ",") return true;
    const endsWord = line[at + 1] === undefined || line[at + 1] === " " || line[at + 1] === "\t";
    if (character === "-" || character === "?") return endsWord;
    if (character === ":") return endsWord || (this.depth > 0 && /["']/.test(line[at - 1] ?? ""));
    // An anchor or a tag stands before the scalar it belongs to.
    const word = line.slice(line.lastIndexOf(" ", at) + 1, at + 1);
    return endsWord && /^[&!]/.test(word);
  }
}
