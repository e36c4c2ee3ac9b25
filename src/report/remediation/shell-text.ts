import { escapeForTerminal } from "../escape.ts";
import { wrapProse } from "../prose.ts";

const COMMENT_WIDTH = 110;

/** A word that a POSIX shell takes as it is, whatever is in it (XCU 2.2.2). No NUL: no word can hold one. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Text as comment lines that end in a newline. Nothing in it can end a comment: line ends are shown as `\n`. */
export function comment(text: string, indent = ""): string {
  return `${wrapProse(escapeForTerminal(text), COMMENT_WIDTH, `# ${indent}`)}\n`;
}

/** Text as an item of a list in comment lines. */
export function commentItem(text: string): string {
  return `${wrapProse(`- ${escapeForTerminal(text)}`, COMMENT_WIDTH, "#   ", "# ")}\n`;
}

/** One line that is a comment, not wrapped: for a name or a command that should stay whole. */
export function commentLine(text: string): string {
  return `# ${escapeForTerminal(text)}\n`;
}

/** A heading between blank lines. */
export function heading(text: string): string {
  return `\n# ---- ${escapeForTerminal(text)} ----\n#\n`;
}
