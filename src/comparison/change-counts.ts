import { grown } from "../model/columns.ts";
import { FINDING_KINDS, POLICY_LEVELS, type PolicyLevel } from "../model/finding.ts";
import { CHANGES, type Change } from "../report/comparison.ts";
import type { ReportFinding } from "../report/schema.ts";

/**
 * Counts findings by kind and by what became of them. Those of the newer report are remembered, two bytes each, until
 * the older one has been read and tells which of them are new.
 */
export class ChangeCounts {
  private readonly kinds: string[] = [];
  private readonly counts = new Map<string, Record<Change, number>>();
  private remembered = new Uint8Array(1024);
  private rows = 0;

  /** Counts one finding. */
  add(kind: string, change: Change): void {
    const counts = this.counts.get(kind) ?? { new: 0, "not-looked-at": 0, fixed: 0, remaining: 0 };
    counts[change]++;
    this.counts.set(kind, counts);
  }

  /** Keeps kind and level of the next row of the newer report. */
  remember({ kind, level }: ReportFinding): void {
    if (this.rows * 2 === this.remembered.length) {
      this.remembered = grown(this.remembered, new Uint8Array(this.remembered.length * 2));
    }
    if (!this.kinds.includes(kind)) this.kinds.push(kind);
    this.remembered[this.rows * 2] = this.kinds.indexOf(kind);
    this.remembered[this.rows * 2 + 1] = POLICY_LEVELS.indexOf(level);
    this.rows++;
  }

  /** Counts all that is remembered, and tells the levels of what is new. */
  settle(changeOf: (row: number) => Change): ReadonlySet<PolicyLevel> {
    const newLevels = new Set<PolicyLevel>();
    for (let row = 0; row < this.rows; row++) {
      const change = changeOf(row);
      this.add(this.kinds[this.remembered[row * 2] ?? 0] ?? "", change);
      const level = POLICY_LEVELS[this.remembered[row * 2 + 1] ?? 0];
      if (change === "new" && level !== undefined) newLevels.add(level);
    }
    return newLevels;
  }

  /** Findings of each kind that there is. */
  byKind(): ReadonlyMap<string, Readonly<Record<Change, number>>> {
    const rank = (kind: string) => (FINDING_KINDS as readonly string[]).indexOf(kind) >>> 0;
    return new Map([...this.counts].sort(([a], [b]) => rank(a) - rank(b)));
  }

  /** Findings of all kinds. */
  totals(): Readonly<Record<Change, number>> {
    const totals: Record<Change, number> = { new: 0, "not-looked-at": 0, fixed: 0, remaining: 0 };
    for (const counts of this.counts.values()) for (const change of CHANGES) totals[change] += counts[change];
    return totals;
  }
}
