import { decodeEtcdKey } from "./etcd-key.ts";

/**
 * What a reader can't see or a terminal would obey: controls (C0, DEL, C1, so every ANSI escape), bidi controls and
 * other format characters, zero-width and other ignorable characters, line and paragraph separators, blanks other
 * than the space, halves of surrogate pairs.
 * Follows the properties of Unicode UAX #44.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** Whether a text can be shown as it is: nothing in it is unseen or obeyed by a terminal. */
export function isSafeToShow(text: string): boolean {
  return PRINTABLE_ASCII.test(text) || text.search(UNSAFE) === -1;
}

/** For a terminal, as one line: what can't be seen or would be obeyed becomes `\n`, `\x1b` or `\u{202e}`. */
export function escapeForTerminal(text: string): string {
  return isSafeToShow(text) ? text : text.replace(UNSAFE, visibleEscape);
}

/**
 * As JSON, valid on any screen: what `JSON.stringify` leaves raw although a terminal would obey it is written `\u…`.
 * Parsing gives back exactly what went in. Takes whatever `JSON.stringify` takes.
 */
export function escapeForJson(value: string | number | boolean | null | object): string {
  const json = JSON.stringify(value);
  return isSafeToShow(json) ? json : json.replace(UNSAFE, jsonEscape);
}

/** A key on a line of its own: as it is where that is safe and can't be mistaken for JSON, else quoted as JSON. */
export function keyLine(key: Uint8Array): { readonly text: string; readonly quoted: boolean } {
  const decoded = decodeEtcdKey(key);
  if (decoded.kind === "base64") return { text: escapeForJson({ keyBase64: decoded.base64 }), quoted: true };
  const { text } = decoded;
  if (isSafeToShow(text) && !text.startsWith('"') && !text.startsWith("{")) return { text, quoted: false };
  return { text: escapeForJson(text), quoted: true };
}

const FORMULA_START = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * For one cell of a CSV file (RFC 4180), empty for null. A cell that a spreadsheet would take for a formula gets a `'`
 * in front (OWASP, "CSV Injection"); what can't be seen is made visible as on a terminal, so a cell is one line.
 */
export function escapeForCsv(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = (FORMULA_START.test(value) ? "'" : "") + escapeForTerminal(value);
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Whether a cell of CSV, once read, is exactly the text that `escapeForCsv` was given. */
export function isExactInCsv(text: string): boolean {
  return isSafeToShow(text) && !FORMULA_START.test(text);
}

function visibleEscape(character: string): string {
  switch (character) {
    case "\n":
      return "\\n";
    case "\r":
      return "\\r";
    case "\t":
      return "\\t";
    default: {
      const code = (character.codePointAt(0) ?? 0).toString(16);
      return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u{${code}}`;
    }
  }
}

/** JSON knows UTF-16 code units only: a character beyond the first plane takes two escapes. */
function jsonEscape(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }).join("");
}
