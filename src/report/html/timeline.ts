import type { KeyUse, WriteHistogram } from "../../model/audit-result.ts";
import type { Provider, ValueClass } from "../../model/value-class.ts";
import { keyLabel } from "../key-label.ts";
import { mergeByKey } from "../report-head.ts";

/** Columns of the picture: more would be thinner than a pixel on paper. */
const MOST_COLUMNS = 128;

/** The writes of one key that are still stored, column by column. */
export interface TimelineRow {
  readonly label: string;
  readonly provider: Provider | null;
  readonly head: readonly number[];
  readonly history: readonly number[];
  /** Revisions. */
  readonly firstWrite: number;
  readonly lastWrite: number;
}

/** The writes of all keys over the same columns. */
export interface Timeline {
  /** The first revision of the first column. */
  readonly start: number;
  /** Revisions in a column. */
  readonly width: number;
  readonly columns: number;
  readonly rows: readonly TimelineRow[];
}

/** Brings the writes of all keys to columns of one width; null where no write is stored. Rows by their first write. */
export function timelineOf(keys: readonly KeyUse[]): Timeline | null {
  const written = keys.flatMap(({ valueClass, writes }) => (writes === null ? [] : [{ valueClass, writes }]));
  if (written.length === 0) return null;
  const least = Math.min(...written.map(({ writes }) => writes.start));
  const most = Math.max(...written.map(({ writes }) => endOf(writes)));
  let width = Math.max(...written.map(({ writes }) => writes.width));
  while (columnsOf(least, most, width) > MOST_COLUMNS) width *= 2;
  const start = Math.floor(least / width) * width;
  const columns = columnsOf(least, most, width);
  const rows = mergeByKey(keys).flatMap((use): TimelineRow[] => {
    const own = written.filter(({ valueClass }) => isSameKey(valueClass, use));
    if (own.length === 0 || use.firstWrite === null || use.lastWrite === null) return [];
    const sum = (area: "head" | "history") => {
      const counts = new Array<number>(columns).fill(0);
      for (const { writes } of own) addTo(counts, writes, area, start, width);
      return counts;
    };
    const { firstWrite, lastWrite, provider } = use;
    return [{ label: keyLabel(use), provider, head: sum("head"), history: sum("history"), firstWrite, lastWrite }];
  });
  return { start, width, columns, rows: rows.sort((a, b) => a.firstWrite - b.firstWrite) };
}

function endOf({ start, width, head }: WriteHistogram): number {
  return start + width * head.length - 1;
}

function columnsOf(least: number, most: number, width: number): number {
  return Math.floor(most / width) - Math.floor(least / width) + 1;
}

function addTo(counts: number[], writes: WriteHistogram, area: "head" | "history", start: number, width: number): void {
  for (const [index, count] of writes[area].entries()) {
    const column = Math.floor((writes.start + index * writes.width - start) / width);
    counts[column] = (counts[column] ?? 0) + count;
  }
}

type KeyFields = Pick<ValueClass, "provider" | "keyName" | "keyId" | "kekVersion">;

function isSameKey(a: KeyFields, b: KeyFields): boolean {
  return a.provider === b.provider && a.keyName === b.keyName && a.keyId === b.keyId && a.kekVersion === b.kekVersion;
}
