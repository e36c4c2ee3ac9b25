import { escapeForTerminal } from "./escape.ts";

/** Characters that no XML 1.0 document may hold, beyond those that are made visible anyway (XML 1.0, 2.2). */
const NOT_IN_XML = /[\ufffe\uffff]/g;
const MARKUP = /[&<>"']/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** For XML, in an attribute or as text, as one line: what can't be seen or may not stand there is made visible. */
export function escapeForXml(text: string): string {
  return escapeForTerminal(text).replace(NOT_IN_XML, visible).replace(MARKUP, entity);
}

function visible(character: string): string {
  return `\\u{${character.charCodeAt(0).toString(16)}}`;
}

function entity(character: string): string {
  return ENTITIES[character] ?? character;
}
