import { escapeForTerminal } from "./escape.ts";
import { formatCount } from "./numbers.ts";

/** Characters of one name that are shown: a report for a comment has no room for more. */
const LONGEST_NAME = 200;
/** Words of prose: nothing in them that Markdown, a link, a mention or a reference could be made of. */
const PROSE = /^[("']?(?:[A-Za-z0-9]+(?:[-'][A-Za-z0-9]+)*|[0-9,]+(?:\.[0-9]+)?)[)"']?[.,;:?]?$/;

/** A name in a table of GitHub Flavored Markdown: as `markdownName`, and nothing in it ends the cell. */
export function markdownCell(text: string): string {
  return markdownName(text).replaceAll("|", visible);
}

/**
 * A name for GitHub Flavored Markdown: a code span, in which nothing is marked up, linked or mentioned. What can't be
 * seen or would end the span is made visible; a long name is cut.
 */
export function markdownName(text: string): string {
  const line = escapeForTerminal(text).replaceAll("`", visible).replace(/^ | $/g, "\\x20");
  if (line === "") return "`(empty)`";
  const characters = Array.from(line);
  if (characters.length <= LONGEST_NAME) return `\`${line}\``;
  const rest = characters.length - LONGEST_NAME;
  return `\`${characters.slice(0, LONGEST_NAME).join("")}\` (${formatCount(rest)} more characters)`;
}

/**
 * A sentence in which names may stand, for GitHub Flavored Markdown: every word that is not plain prose becomes a code
 * span, and so does what stands between back quotes.
 */
export function markdownText(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((piece, index) => (index % 2 === 1 ? markdownName(piece.slice(1, -1)) : markdownWords(piece)))
    .join("");
}

function markdownWords(text: string): string {
  return escapeForTerminal(text)
    .split(" ")
    .map((word) => (word === "" || PUNCTUATION.test(word) || PROSE.test(word) ? word : markdownWord(word)))
    .join(" ");
}

/** What may stand by itself beside a code span. */
const PUNCTUATION = /^[.,;:)(]{1,2}$/;

/** The punctuation that ends a sentence or a clause is no part of a name. */
function markdownWord(word: string): string {
  const [, name = word, end = ""] = /^(.*?)([.,;:]?)$/.exec(word) ?? [];
  return name === "" ? word : markdownName(name) + end;
}

function visible(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16)}`;
}
