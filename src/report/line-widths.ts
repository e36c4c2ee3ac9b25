import type { ReportOptions } from "./reporter.ts";

/** For a file or a pipe: what fits a mail or a ticket. */
const UNKNOWN_COLUMNS = 80;
const FEWEST_COLUMNS = 40;
/** Longer lines of prose are hard to read, however wide the terminal is. */
const PROSE_COLUMNS = 100;

/** How wide a text for people is: its grids, and its prose. */
export function lineWidths({ columns }: ReportOptions): { readonly grid: number; readonly prose: number } {
  const grid = Math.max(FEWEST_COLUMNS, columns ?? UNKNOWN_COLUMNS);
  return { grid, prose: Math.min(grid, PROSE_COLUMNS) };
}
