/** A piece of a word: between quotes of either sort, after a backslash, or plain. */
const PIECE = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/gsy;

/**
 * The words of a line as a shell or systemd splits it: quotes keep blanks and are taken away (POSIX 2.2, Quoting). An
 * unpaired quote stands for itself.
 */
export function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | null = null;
  let offset = 0;
  while (offset < line.length) {
    PIECE.lastIndex = offset;
    const match = PIECE.exec(line);
    if (match === null) {
      const character = line.charAt(offset++);
      if (/\s/.test(character)) {
        if (word !== null) words.push(word);
        word = null;
      } else word = (word ?? "") + character;
      continue;
    }
    const [whole, single, double, escaped, plain] = match;
    word = (word ?? "") + (single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? plain ?? "");
    offset += whole.length;
  }
  return word === null ? words : [...words, word];
}
