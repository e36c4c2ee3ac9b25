import { escapeForTerminal } from "../escape.ts";

/** A piece of a page: everything in it that came from outside has been escaped. */
export class Markup {
  readonly text: string;

  /** @param text HTML; whoever calls this vouches for it */
  constructor(text: string) {
    this.text = text;
  }
}

/** What can stand in a piece of a page. Text is escaped, pieces are not, null is nothing. */
export type MarkupValue = string | number | null | Markup | readonly MarkupValue[];

/** Builds a piece of a page from a template. Attribute values must stand between double quotes. */
export function markup(template: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  let text = template[0] ?? "";
  for (const [index, value] of values.entries()) text += textOf(value) + (template[index + 1] ?? "");
  return new Markup(text);
}

/**
 * For HTML, between tags or between double quotes: what can't be seen or would turn text around becomes visible
 * (`\u{202e}`), then the characters that HTML knows are escaped.
 */
function escapeForHtml(text: string): string {
  const visible = escapeForTerminal(text);
  return SPECIAL.test(visible) ? visible.replace(EACH_SPECIAL, (character) => ENTITIES[character] ?? "") : visible;
}

const SPECIAL = /[&<>"']/;
const EACH_SPECIAL = /[&<>"']/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function textOf(value: MarkupValue): string {
  if (value === null) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(textOf).join("");
  return escapeForHtml(String(value));
}
