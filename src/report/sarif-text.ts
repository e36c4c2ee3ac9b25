import { escapeForTerminal } from "./escape.ts";

/**
 * A text for a SARIF message (SARIF 2.1.0, 3.11): one line, nothing unseen; brackets can't begin a link and braces
 * stand for themselves.
 */
export function sarifText(text: string): string {
  const line = escapeForTerminal(text);
  return SPECIAL.test(line) ? line.replace(/[[\]]/g, "\\$&").replace(/[{}]/g, "$&$&") : line;
}

const SPECIAL = /[[\]{}]/;
