import { FINDING_KINDS, POLICY_LEVELS } from "../../model/finding.ts";
import { countOf, formatCount } from "../numbers.ts";
import type { Section } from "./data-table.ts";
import {
  acrossText,
  COLUMNS,
  type Column,
  cellText,
  isAboutValue,
  type ShownFinding,
  shownFinding,
} from "./finding-cells.ts";
import type { FindingRow } from "./finding-data.ts";
import type { CountedGroup } from "./finding-groups.ts";
import { levelMark } from "./kinds-section.ts";
import { type Markup, markup } from "./markup.ts";

/** Rows that are there without the page's script. */
export const STATIC_ROWS = 200;

/**
 * The table of findings as it is without the page's script, and what the script fills with life.
 * @param first the first rows, at most STATIC_ROWS
 */
export function findingsSection(
  first: readonly FindingRow[],
  groups: readonly CountedGroup[],
  sourceCount: number,
): Section {
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const columns = COLUMNS.filter(([column]) => column !== "source" || sourceCount > 1);
  const left = total - first.length;
  const body =
    total === 0
      ? markup`<p>There are none.</p>\n`
      : markup`${filters(groups)}<noscript><p class="note">${left === 0 ? `All ${countOf(total, "finding")}.` : `The first ${formatCount(first.length)} of ${countOf(total, "finding")}: the page's script, which is switched off, shows all of them. So does -o csv.`}</p></noscript>
<div class="frame" id="frame" tabindex="-1">
<table class="findings" id="finding-table">
<caption>Findings, by source, etcd key and revision. <span class="for-script">Enter opens one.</span></caption>
<thead><tr>${columns.map(([column, title]) => markup`<th scope="col" class="${column}" data-column="${column}">${title}</th>`)}</tr></thead>
<tbody>
${staticRows(
  first,
  groups,
  columns.map(([column]) => column),
)}</tbody>
</table>
</div>
<p class="print-note" id="print-note"></p>
${DETAILS}`;
  return { id: "findings", title: "Findings", body };
}

function staticRows(
  rows: readonly FindingRow[],
  groups: readonly CountedGroup[],
  columns: readonly Column[],
): Markup[] {
  let namespace: string | null = null;
  return rows.map((row) => {
    const finding = shownFinding(row, groups, namespace);
    namespace = finding.namespace;
    return staticRow(finding, columns);
  });
}

function staticRow(finding: ShownFinding, columns: readonly Column[]): Markup {
  const { group } = finding;
  if (!isAboutValue(finding)) {
    return markup`<tr><td class="level">${levelMark(group.level)}</td><td class="kind">${group.kind}</td><td class="across" colspan="${columns.length - 2}">${acrossText(finding)}</td></tr>\n`;
  }
  const cells = columns.map((column) =>
    column === "level"
      ? markup`<td class="level">${levelMark(group.level)}</td>`
      : markup`<td class="${column}">${cellText(finding, column)}</td>`,
  );
  return markup`<tr>${cells}</tr>\n`;
}

/** Hidden until the page's script shows them: without it they would do nothing. */
function filters(groups: readonly CountedGroup[]): Markup {
  const levels = POLICY_LEVELS.map((level) => [level, countWhere(groups, (group) => group.level === level)] as const);
  const kinds = FINDING_KINDS.map((kind) => [kind, countWhere(groups, (group) => group.kind === kind)] as const);
  return markup`<div class="filters" id="filters" role="search" hidden>
<p><label for="query">Search</label><input type="search" id="query" autocomplete="off" spellcheck="false" placeholder="namespace, name, key, revision"></p>
<p><label for="level">Level</label><select id="level"><option value="">all</option>${options(levels)}</select></p>
<p><label for="kind">Finding</label><select id="kind"><option value="">all</option>${options(kinds)}</select></p>
<p id="count" role="status"></p>
</div>
`;
}

function options(entries: readonly (readonly [value: string, count: number])[]): Markup[] {
  const present = entries.filter(([, count]) => count > 0);
  return present.map(([value, count]) => markup`<option value="${value}">${value} (${formatCount(count)})</option>`);
}

function countWhere(groups: readonly CountedGroup[], holds: (group: CountedGroup) => boolean): number {
  return groups.reduce((sum, group) => sum + (holds(group) ? group.count : 0), 0);
}

const DETAILS = markup`<dialog id="details" aria-labelledby="details-title">
<h3 id="details-title"></h3>
<p id="details-message"></p>
<dl class="facts" id="details-facts"></dl>
<p class="remedy" id="details-remedy"></p>
<form method="dialog"><button>Close</button></form>
</dialog>
`;
