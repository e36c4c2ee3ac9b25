import { grown } from "../model/columns.ts";
import { LOCATIONS, type Location } from "../model/location.ts";
import type { TimelineRow } from "../timeline/timeline.ts";

/**
 * Values that a report will name, as rows of columns: 25 bytes each, and 20 more where version, lease and size are
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
  private version = new Float64Array(0);
  private leaseHigh = new Uint32Array(0);
  private leaseLow = new Uint32Array(0);
  private valueSize = new Uint32Array(0);

  /** @param keepsDetails whether version, lease and size are kept */
  constructor(keepsDetails: boolean) {
    this.keepsDetails = keepsDetails;
  }

  /** Adds a row; returns its number. */
  add(row: Readonly<TimelineRow>, location: Location): number {
    const index = this.size++;
    if (index >= this.capacity) this.grow();
    this.key[index] = row.key;
    this.valueClass[index] = row.valueClass;
    this.main[index] = row.main;
    this.createRevision[index] = row.createRevision;
    this.location[index] = LOCATIONS.indexOf(location);
    if (this.keepsDetails) {
      this.version[index] = row.version;
      this.leaseHigh[index] = row.leaseHigh;
      this.leaseLow[index] = row.leaseLow;
      this.valueSize[index] = row.size;
    }
    return index;
  }

  /** One row. */
  at(index: number): Readonly<TimelineRow> & { readonly location: Location } {
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
    };
  }

  /** The numbers of all keys that rows name. */
  keys(): Set<number> {
    return new Set(this.key.subarray(0, this.size));
  }

  /**
   * The numbers of the rows, sorted by key, revision and location; equal rows keep their order.
   * @param rankOf the place of a key among all keys, by its bytes
   */
  sorted(rankOf: (key: number) => number): Uint32Array {
    const order = new Uint32Array(this.size);
    for (let index = 0; index < order.length; index++) order[index] = index;
    const ranks = Float64Array.from(this.key.subarray(0, this.size), rankOf);
    const { main, location } = this;
    const from = (column: Uint8Array | Float64Array, index: number) => column[index] as number;
    return order.sort(
      (a, b) =>
        from(ranks, a) - from(ranks, b) ||
        from(main, a) - from(main, b) ||
        from(location, a) - from(location, b) ||
        a - b,
    );
  }

  private grow(): void {
    this.capacity = Math.max(256, this.capacity * 2);
    this.key = grown(this.key, new Uint32Array(this.capacity));
    this.valueClass = grown(this.valueClass, new Uint32Array(this.capacity));
    this.main = grown(this.main, new Float64Array(this.capacity));
    this.createRevision = grown(this.createRevision, new Float64Array(this.capacity));
    this.location = grown(this.location, new Uint8Array(this.capacity));
    if (!this.keepsDetails) return;
    this.version = grown(this.version, new Float64Array(this.capacity));
    this.leaseHigh = grown(this.leaseHigh, new Uint32Array(this.capacity));
    this.leaseLow = grown(this.leaseLow, new Uint32Array(this.capacity));
    this.valueSize = grown(this.valueSize, new Uint32Array(this.capacity));
  }
}
