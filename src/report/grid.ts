import Table from "cli-table3";
import { countOf } from "./numbers.ts";
import { breakName } from "./prose.ts";

/** cli-table3 takes seconds for thousands of rows; longer lists have formats of their own. */
const ROW_LIMIT = 200;
const INDENT = "  ";
const GAP = "  ";
/** How narrow a column of names may be made: first while it still reads well, then as far as it must. */
const NARROWEST_NAMES = [24, 14] as const;

/** One column of a grid. */
export interface GridColumn {
  readonly title: string;
  /** Names may be broken into lines where the grid would be too wide; numbers stand to the right. */
  readonly kind: "name" | "word" | "number";
  /** Marks a cell once its width is known. */
  readonly paint?: (text: string) => string;
}

/**
 * A table with a rule under its head and no other lines, at most `width` characters wide where its names can be broken
 * to fit. Beyond 200 rows it ends with the count of the rest. Cells must be safe to show; lines end without blanks.
 */
export function renderGrid(
  columns: readonly GridColumn[],
  rows: readonly (readonly string[])[],
  width: number,
  paintHead: (text: string) => string,
  howToGetAll: string,
): string {
  const shown = rows.slice(0, ROW_LIMIT);
  const widths = fitNames(columns, shown, width);
  const table = new Table({
    head: columns.map(({ title }) => paintHead(title)),
    colAligns: columns.map(({ kind }) => (kind === "number" ? "right" : "left")),
    chars: BARE,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0, compact: true },
  });
  for (const row of shown) {
    table.push(
      columns.map(({ paint = (text: string) => text }, index) =>
        breakName(row[index] ?? "", widths[index] ?? width).replace(/.+/g, paint),
      ),
    );
  }
  const lines = table.toString().split("\n");
  if (rows.length > ROW_LIMIT) lines.push(`and ${countOf(rows.length - ROW_LIMIT, "more row")}: ${howToGetAll}`);
  return lines.map((line) => (INDENT + line).trimEnd()).join("\n");
}

const BARE = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  right: "",
  "right-mid": "",
  middle: GAP,
  mid: "─",
  "mid-mid": GAP,
};

/**
 * The width of each column: its widest cell. Where that is too much in all, the last column of names gives way first,
 * down to a width that still reads well, then the one before it; after that each as far as it must.
 */
function fitNames(columns: readonly GridColumn[], rows: readonly (readonly string[])[], width: number): number[] {
  const widths = columns.map(({ title }, index) =>
    rows.reduce((widest, row) => Math.max(widest, row[index]?.length ?? 0), title.length),
  );
  let excess = INDENT.length + GAP.length * (columns.length - 1) - width;
  for (const columnWidth of widths) excess += columnWidth;
  for (const narrowest of NARROWEST_NAMES) {
    for (let index = columns.length - 1; index >= 0; index--) {
      const columnWidth = widths[index] ?? 0;
      if (columns[index]?.kind !== "name" || excess <= 0 || columnWidth <= narrowest) continue;
      const cut = Math.min(excess, columnWidth - narrowest);
      widths[index] = columnWidth - cut;
      excess -= cut;
    }
  }
  return widths;
}
