import { type ShownFinding, shownFinding } from "../../../src/report/html/finding-cells.ts";
import type { FindingGroup, FindingRow } from "../../../src/report/html/finding-data.ts";

/** The findings that a page carries, read as its script reads them. */
export function findingsOfPage(html: string): ShownFinding[] {
  const rows = dataOf(html, "finding-rows") as FindingRow[];
  const { groups } = dataOf(html, "finding-groups") as { groups: FindingGroup[] };
  let namespace: string | null = null;
  return rows.map((row) => {
    const finding = shownFinding(row, groups, namespace);
    namespace = finding.namespace;
    return finding;
  });
}

/** What is between the tags of the elements of a name. */
export function elementsOf(html: string, name: string): string[] {
  return [...html.matchAll(new RegExp(`<${name}(?: [^>]*)?>([\\s\\S]*?)</${name}>`, "g"))].map(
    (match) => match[1] ?? "",
  );
}

/** The text of a page or a part of it: no data, script or style, no tags, entities resolved. */
export function textOf(html: string): string {
  return html
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/g, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => CHARACTERS[name] ?? "")
    .replace(/\s+/g, " ")
    .trim();
}

const CHARACTERS: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

function dataOf(html: string, id: string): unknown {
  const match = new RegExp(`<script type="application/json" id="${id}">([\\s\\S]*?)</script>`).exec(html);
  if (match === null) throw new Error(`the page has no data ${id}`);
  return JSON.parse(match[1] ?? "");
}
