import { grown } from "../model/columns.ts";
import { LOCATIONS, type Location } from "../model/location.ts";
import type { TimelineRow } from "../timeline/timeline.ts";

/** In place of the number of a place: the value is stored, and lies where the store keeps it. */
export const NO_PLACE = 0xffffffff;

/** One row, with where it lies. */
export type LocatedRow = Readonly<TimelineRow> & { readonly location: Location; readonly place: number };

/**
 * Values that a report will name, as rows of columns: 29 bytes each, and 20 more where version, lease and size are
 * kept. Sorted once, when all are there.
 */
export class ValueRows {
  size = 0;
  private readonly keepsDetails: boolean;
  private capacity = 0;
  private key = new Uint32Array(0);
  private valueClass = new Uint32Array(0);
  private main = new Float64Array(0);
  private createRevision = new Float64Array(0);
  private location = new Uint8Array(0);
  private place = new Uint32Array(0);
  private version = new Float64Array(0);
  private leaseHigh = new Uint32Array(0);
  private leaseLow = new Uint32Array(0);
  private valueSize = new Uint32Array(0);

  /** @param keepsDetails whether version, lease and size are kept */
  constructor(keepsDetails: boolean) {
    this.keepsDetails = keepsDetails;
  }

  /** Adds a row; returns its number. */
  add(row: Readonly<TimelineRow>, location: Location, place = NO_PLACE): number {
    const index = this.size++;
    if (index >= this.capacity) this.grow();
    this.key[index] = row.key;
    this.valueClass[index] = row.valueClass;
    this.main[index] = row.main;
    this.createRevision[index] = row.createRevision;
    this.location[index] = LOCATIONS.indexOf(location);
    this.place[index] = place;
    if (this.keepsDetails) {
      this.version[index] = row.version;
      this.leaseHigh[index] = row.leaseHigh;
      this.leaseLow[index] = row.leaseLow;
      this.valueSize[index] = row.size;
    }
    return index;
  }

  /** One row. */
  at(index: number): LocatedRow {
    const { keepsDetails } = this;
    return {
      key: this.key[index] as number,
      valueClass: this.valueClass[index] as number,
      main: this.main[index] as number,
      sub: 0,
      createRevision: this.createRevision[index] as number,
      version: keepsDetails ? (this.version[index] as number) : 0,
      leaseHigh: keepsDetails ? (this.leaseHigh[index] as number) : 0,
      leaseLow: keepsDetails ? (this.leaseLow[index] as number) : 0,
      size: keepsDetails ? (this.valueSize[index] as number) : 0,
      location: LOCATIONS[this.location[index] as number] as Location,
      place: this.place[index] as number,
    };
  }

  /** The numbers of the keys that have rows, ascending; they are below `keyCount`. */
  keyNumbers(keyCount: number): Uint32Array {
    const hasRows = new Uint8Array(keyCount);
    for (let index = 0; index < this.size; index++) hasRows[this.key[index] as number] = 1;
    const numbers = new Uint32Array(keyCount);
    let count = 0;
    for (let key = 0; key < keyCount; key++) if (hasRows[key] === 1) numbers[count++] = key;
    return numbers.slice(0, count);
  }

  /**
   * The numbers of the rows, sorted by key, revision and location; equal rows keep their order.
   * @param ranks the place of each key that has rows among those keys, by its bytes
   */
  sorted(ranks: Uint32Array): Uint32Array {
    const { key, size } = this;
    const rankOf = (index: number) => ranks[key[index] as number] as number;
    const ends = new Uint32Array(ranks.length);
    for (let index = 0; index < size; index++) ends[rankOf(index)] = (ends[rankOf(index)] as number) + 1;
    for (let rank = 1; rank < ends.length; rank++) ends[rank] = (ends[rank] as number) + (ends[rank - 1] as number);
    const order = new Uint32Array(size);
    const starts = ends.slice();
    for (let index = size - 1; index >= 0; index--) {
      const place = (starts[rankOf(index)] as number) - 1;
      starts[rankOf(index)] = place;
      order[place] = index;
    }
    for (let rank = 0; rank < ends.length; rank++) {
      const from = starts[rank] as number;
      const to = ends[rank] as number;
      if (to - from > 1) order.subarray(from, to).sort((a, b) => this.compare(a, b));
    }
    return order;
  }

  private compare(a: number, b: number): number {
    const { main, location } = this;
    return (main[a] as number) - (main[b] as number) || (location[a] as number) - (location[b] as number) || a - b;
  }

  private grow(): void {
    this.capacity = Math.max(256, this.capacity * 2);
    this.key = grown(this.key, new Uint32Array(this.capacity));
    this.valueClass = grown(this.valueClass, new Uint32Array(this.capacity));
    this.main = grown(this.main, new Float64Array(this.capacity));
    this.createRevision = grown(this.createRevision, new Float64Array(this.capacity));
    this.location = grown(this.location, new Uint8Array(this.capacity));
    this.place = grown(this.place, new Uint32Array(this.capacity));
    if (!this.keepsDetails) return;
    this.version = grown(this.version, new Float64Array(this.capacity));
    this.leaseHigh = grown(this.leaseHigh, new Uint32Array(this.capacity));
    this.leaseLow = grown(this.leaseLow, new Uint32Array(this.capacity));
    this.valueSize = grown(this.valueSize, new Uint32Array(this.capacity));
  }
}
