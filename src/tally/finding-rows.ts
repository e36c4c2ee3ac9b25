import type { Cells } from "../engine/cells.ts";
import type { Engine } from "../engine/engine.ts";
import { Findings } from "../engine/findings.ts";
import type { FindingKind } from "../model/finding.ts";
import type { CellJudge } from "./cell-judge.ts";
import { type LocatedRow, orderOf } from "./located-row.ts";

/** Findings about single values, with what their cells tell of them. */
export class FindingRows extends Findings {
  private readonly cells: Cells;
  private readonly judge: CellJudge;

  constructor(engine: Engine, cells: Cells, judge: CellJudge) {
    super(engine);
    this.cells = cells;
    this.judge = judge;
  }

  /** How many findings are about live values, and about superseded ones. */
  locations(): { readonly head: number; readonly history: number } {
    const counts = { head: 0, history: 0 };
    for (const { number, location, count } of this.cells.all())
      if (location === "head" || location === "history") counts[location] += count * this.judge.kindCount(number);
    return counts;
  }

  /** The kind of a finding. */
  kindAt(index: number): FindingKind {
    return this.judge.kindAt(this.cell(index), this.kind(index));
  }

  /** Number of its value's class. */
  classAt(index: number): number {
    return this.cells.cell(this.cell(index)).valueClass;
  }

  /** What it is about. */
  at(index: number): LocatedRow {
    const { location, valueClass } = this.cells.cell(this.cell(index));
    const isStored = location === "head" || location === "history";
    return {
      key: this.key(index),
      valueClass,
      main: this.main(index),
      createRevision: this.createRevision(index),
      location,
      place: isStored ? null : { area: this.area(index), where: this.where(index) },
    };
  }

  /** Their places in the order of reports: key bytes, modRevision, location. */
  order(): Uint32Array {
    return orderOf(this.engine, (order) => this.engine.exports.orderFindings(this.list, order));
  }
}
