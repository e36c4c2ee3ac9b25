import type { FindingKind, Level } from "../model/finding.ts";
import type { StoredValue } from "../model/stored-value.ts";
import type { FindingRows } from "./finding-rows.ts";

/** Findings of one kind and default level, about values that share resource, location, class and standing. */
export interface AlikeRows {
  readonly kind: FindingKind;
  readonly level: Level;
  /** The first of them in the order of reports. */
  readonly first: number;
  count: number;
}

/**
 * Gathers the findings that are alike, in the order of their first ones.
 * @param storedOf what a finding is about; asked once for each cell
 */
export function alikeRows(
  findings: FindingRows,
  order: Uint32Array,
  levelOf: (finding: number) => Level,
  storedOf: (finding: number) => StoredValue,
): readonly AlikeRows[] {
  const all: AlikeRows[] = [];
  const byCell = new Map<number, AlikeRows[]>();
  const byShared = new Map<string, AlikeRows[]>();
  for (const finding of order) {
    const cell = findings.cell(finding);
    let alike = byCell.get(cell);
    if (alike === undefined) {
      // Cells are told apart by more than is told of a value: by a class that is settled later, by a repeated nonce.
      const { resource, location, valueClass, standing } = storedOf(finding);
      const shared = JSON.stringify([resource, location, valueClass, standing]);
      alike = byShared.get(shared) ?? [];
      byShared.set(shared, alike);
      byCell.set(cell, alike);
    }
    const kind = findings.kindAt(finding);
    const level = levelOf(finding);
    const known = alike.find((rows) => rows.kind === kind && rows.level === level);
    if (known !== undefined) {
      known.count++;
      continue;
    }
    const rows = { kind, level, first: finding, count: 1 };
    alike.push(rows);
    all.push(rows);
  }
  return all;
}
