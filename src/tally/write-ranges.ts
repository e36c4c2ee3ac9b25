import type { CountedRanges } from "../engine/cells.ts";
import type { WriteHistogram } from "../model/audit-result.ts";

/** More would not be told apart in a picture. */
const MOST_RANGES = 128;

/**
 * Sums writes by ranges of revisions, in constant space: ranges become twice as wide whenever they would be too many.
 * They begin at multiples of their width, so the outcome depends on the revisions alone and not on their order.
 */
export class WriteRanges {
  private width = 1;
  /** The number of the first range: its first revision divided by the width. */
  private first = 0;
  private readonly counts: { readonly head: number[]; readonly history: number[] } = { head: [], history: [] };

  /** Adds what was counted, in ranges that may be of another width. */
  add({ first, width, counts }: CountedRanges, area: "head" | "history"): void {
    while (this.width < width) this.widen();
    for (const [index, count] of counts.entries()) if (count > 0) this.addOne((first + index) * width, area, count);
  }

  /** What was counted; null when nothing was. */
  histogram(): WriteHistogram | null {
    const { head, history } = this.counts;
    if (head.length === 0) return null;
    return { start: this.first * this.width, width: this.width, head: [...head], history: [...history] };
  }

  private addOne(revision: number, area: "head" | "history", count: number): void {
    const counts = this.counts[area];
    let index = Math.floor(revision / this.width) - this.first;
    if (index < 0 || index >= counts.length) index = this.makeRange(revision);
    counts[index] = (counts[index] as number) + count;
  }

  /** The place of a range that is not there yet. */
  private makeRange(revision: number): number {
    const { head, history } = this.counts;
    if (head.length === 0) this.first = Math.floor(revision / this.width);
    let range = Math.floor(revision / this.width);
    while (Math.max(range, this.first + head.length - 1) - Math.min(range, this.first) >= MOST_RANGES) {
      this.widen();
      range = Math.floor(revision / this.width);
    }
    for (; this.first > range; this.first--) for (const counts of [head, history]) counts.unshift(0);
    while (this.first + head.length <= range) for (const counts of [head, history]) counts.push(0);
    return range - this.first;
  }

  private widen(): void {
    for (const counts of [this.counts.head, this.counts.history]) {
      const wider: number[] = [];
      for (const [index, count] of counts.entries()) {
        const into = Math.floor((this.first + index) / 2) - Math.floor(this.first / 2);
        wider[into] = (wider[into] ?? 0) + count;
      }
      counts.splice(0, counts.length, ...wider);
    }
    this.first = Math.floor(this.first / 2);
    this.width *= 2;
  }
}
