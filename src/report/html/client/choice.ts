import { type Column, cellText, type ShownFinding } from "../finding-cells.ts";
import type { FindingList } from "./finding-list.ts";

/** What the reader asks to see. Empty texts ask for all. */
export interface Choice {
  /** Words, all of which must stand somewhere in a finding. */
  readonly query: string;
  readonly level: string;
  readonly kind: string;
}

/** By what the reader has the findings sorted; null: as the report has them. */
export interface Order {
  readonly column: Column;
  readonly isDescending: boolean;
}

/** The numbers of the findings that were asked for, in the report's order. */
export function chosen(list: FindingList, { query, level, kind }: Choice): Uint32Array {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const numbers = new Uint32Array(list.size);
  let count = 0;
  for (let index = 0; index < list.size; index++) {
    if (level !== "" || kind !== "") {
      const { group } = list.at(index);
      if ((level !== "" && group.level !== level) || (kind !== "" && group.kind !== kind)) continue;
    }
    if (words.every((word) => list.textOf(index).includes(word))) numbers[count++] = index;
  }
  return numbers.slice(0, count);
}

/** The same numbers, sorted; equal ones stay in the report's order. */
export function sorted(list: FindingList, numbers: Uint32Array, order: Order | null): Uint32Array {
  if (order === null) return numbers;
  const keys = new Map<number, string | number>();
  for (const index of numbers) keys.set(index, sortKey(list.at(index), order.column));
  const sign = order.isDescending ? -1 : 1;
  return numbers.slice().sort((a, b) => sign * compare(keys.get(a) ?? "", keys.get(b) ?? "") || a - b);
}

const LEVEL_ORDER = ["error", "warning", "note", "off"];

function sortKey(finding: ShownFinding, column: Column): string | number {
  if (column === "level") return LEVEL_ORDER.indexOf(finding.group.level);
  if (column === "revision") return finding.modRevision;
  if (column === "source") return finding.group.source ?? -1;
  return cellText(finding, column);
}

/** By code unit, as the report itself sorts. */
function compare(a: string | number, b: string | number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
