import { type Markup, type MarkupValue, markup } from "./markup.ts";

/** One column: numbers stand on the right, codes in a fixed width, a picture takes what room is left. */
export interface DataColumn {
  readonly title: string;
  readonly kind: "text" | "code" | "number" | "picture";
}

/** A table with its name above. The first cell of each row names the row. */
export function dataTable(
  caption: string,
  columns: readonly DataColumn[],
  rows: readonly (readonly MarkupValue[])[],
): Markup {
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="data">
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title, kind }) => markup`<th scope="col" class="${kind}">${title}</th>`)}</tr></thead>
<tbody>
${rows.map((cells) => markup`<tr>${cells.map((cell, index) => tableCell(cell, columns[index]?.kind ?? "text", index))}</tr>\n`)}</tbody>
</table></div>
`;
}

function tableCell(cell: MarkupValue, kind: DataColumn["kind"], index: number): Markup {
  return index === 0 ? markup`<th scope="row" class="${kind}">${cell}</th>` : markup`<td class="${kind}">${cell}</td>`;
}

/** A list of facts, each with its label. */
export function factList(facts: readonly (readonly [label: string, text: MarkupValue])[]): Markup {
  return markup`<dl class="facts">
${facts.map(([label, text]) => markup`<div><dt>${label}</dt><dd>${text}</dd></div>\n`)}</dl>
`;
}

/** Text in which commands stand between back quotes. */
export function withCommands(text: string): Markup {
  return markup`${text.split("`").map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : part))}`;
}

/** Text of a fixed width: hashes, keys, names that are compared character by character. */
export function code(text: string): Markup {
  return markup`<code>${text}</code>`;
}

/** A section of the page that the table of contents can name. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

/** A section with its heading. */
export function sectionMarkup({ id, title, body }: Section): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}</section>
`;
}
