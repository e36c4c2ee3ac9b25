/**
 * Text in lines of at most `width` characters, each after `indent` (the first after `firstIndent`).
 * A command between back quotes is one word and is never broken; neither is a word longer than a line.
 */
export function wrapProse(text: string, width: number, indent = "", firstIndent = indent): string {
  const lines: string[] = [];
  let line = firstIndent;
  let isEmpty = true;
  for (const word of text.match(/(?:[^\s`]*`[^`]*`)+[^\s`]*|\S+/g) ?? []) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  lines.push(line);
  return lines.join("\n");
}

/**
 * A name in pieces of at most `width` characters, one a line; nothing is left out. It is broken after a mark that parts
 * names, where one stands in the second half of a line.
 */
export function breakName(text: string, width: number): string {
  let rest = Array.from(text);
  const pieces: string[] = [];
  while (rest.length > width) {
    const mark = rest.slice(0, width).findLastIndex((character) => NAME_MARKS.has(character));
    const end = mark >= width / 2 ? mark + 1 : width;
    pieces.push(rest.slice(0, end).join(""));
    rest = rest.slice(end);
  }
  return [...pieces, rest.join("")].join("\n");
}

const NAME_MARKS: ReadonlySet<string> = new Set(" /@:.-_");

/** `a`, `a and b`, `a, b and c`. */
export function listWords(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
