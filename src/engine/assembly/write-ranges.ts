import { allocateZeros } from "./list";

/** More would not be told apart in a picture. */
const MOST_RANGES: u64 = 128;

/**
 * Counts of writes by ranges of revisions, in constant space: ranges become twice as wide whenever they would be too many.
 * They begin at multiples of their width, so the outcome depends on the revisions alone and not on their order.
 * src/engine/cells.ts reads the same layout.
 */
@unmanaged
export class WriteRanges {
  /** The number of the first range: its first revision divided by the width. */
  first: u64;
  /** The width is 2 to this power. */
  shift: u32;
  count: u32;
  /** By range: how many, u32 each. */
  counts: usize;

  /** Counts a write. */
  add(revision: u64): void {
    let range = revision >> this.shift;
    if (this.count === 0) this.first = range;
    while (max(range, this.first + this.count - 1) - min(range, this.first) >= MOST_RANGES && this.count > 0) {
      this.widen();
      range = revision >> this.shift;
    }
    if (range < this.first) this.addInFront(<u32>(this.first - range));
    while (this.first + this.count <= range) this.set(this.count++, 0);
    const index = <u32>(range - this.first);
    this.set(index, this.at(index) + 1);
  }

  private addInFront(added: u32): void {
    memory.copy(this.counts + added * 4, this.counts, this.count * 4);
    memory.fill(this.counts, 0, added * 4);
    this.first -= added;
    this.count += added;
  }

  private widen(): void {
    const first = this.first >> 1;
    let wider: u32 = 0;
    for (let index: u32 = 0; index < this.count; index++) {
      const into = <u32>(((this.first + index) >> 1) - first);
      const count = this.at(index);
      if (into >= wider) {
        wider = into + 1;
        this.set(into, count);
      } else this.set(into, this.at(into) + count);
    }
    this.count = wider;
    this.first = first;
    this.shift++;
  }

  private at(index: u32): u32 {
    return load<u32>(this.counts + index * 4);
  }

  private set(index: u32, count: u32): void {
    store<u32>(this.counts + index * 4, count);
  }
}

/** Ranges in which nothing was counted yet. */
export function newWriteRanges(): WriteRanges {
  const ranges = changetype<WriteRanges>(allocateZeros(offsetof<WriteRanges>()));
  ranges.counts = allocateZeros(<usize>MOST_RANGES * 4);
  return ranges;
}
