import { grown } from "../model/columns.ts";

/** One write to a key, as far as the timeline needs it. Numbers only: rows of columns, handed on one by one. */
export interface TimelineRow {
  /** Number of the etcd key. */
  key: number;
  /** Revision: main and sub. */
  main: number;
  sub: number;
  createRevision: number;
  /** Number of the value's class, or TOMBSTONE. */
  valueClass: number;
  /** The columns below are kept only when values are listed; else 0. */
  version: number;
  leaseHigh: number;
  leaseLow: number;
  size: number;
}

/** In place of a class: the key was deleted. */
export const TOMBSTONE = 0xffffffff;
const NEVER_WRITTEN = -1;

/** Called for each superseded revision; the row is reused. */
export type SupersededListener = (row: Readonly<TimelineRow>) => void;

/**
 * Decides which revision of each key is live: the newest, unless it marks a deletion. Revisions may come in any order,
 * each but once; only the newest of a key may come again. Holds one row a key: a newer revision sends the older one on
 * as superseded.
 */
export class Timeline {
  private readonly onSuperseded: SupersededListener;
  private readonly keepsDetails: boolean;
  private readonly superseded: TimelineRow = emptyRow();
  private capacity = 0;
  private main = new Float64Array(0);
  private sub = new Float64Array(0);
  private createRevision = new Float64Array(0);
  private valueClass = new Uint32Array(0);
  private version = new Float64Array(0);
  private leaseHigh = new Uint32Array(0);
  private leaseLow = new Uint32Array(0);
  private size = new Uint32Array(0);

  /** @param keepsDetails whether lease and size are kept */
  constructor(keepsDetails: boolean, onSuperseded: SupersededListener) {
    this.keepsDetails = keepsDetails;
    this.onSuperseded = onSuperseded;
  }

  /** Takes one revision of a key. The newest of the key is passed over when it comes again. */
  place(row: Readonly<TimelineRow>): void {
    const { key } = row;
    if (key >= this.capacity) this.grow(key);
    const main = this.main[key] as number;
    if (main !== NEVER_WRITTEN) {
      const sub = this.sub[key] as number;
      if (row.main === main && row.sub === sub) return;
      if (row.main < main || (row.main === main && row.sub < sub)) {
        this.supersede(row);
        return;
      }
      this.read(key, this.superseded);
      this.supersede(this.superseded);
    }
    this.write(row);
  }

  /** The class of a key's live value; undefined where it has none. */
  liveClass(key: number): number | undefined {
    if (key >= this.capacity || this.main[key] === NEVER_WRITTEN || this.valueClass[key] === TOMBSTONE)
      return undefined;
    return this.valueClass[key] as number;
  }

  /** Hands on the live revision of each key, in the order of the keys' numbers; the row is reused. */
  visitLive(keyCount: number, onLive: (row: Readonly<TimelineRow>) => void): void {
    const row = emptyRow();
    const end = Math.min(keyCount, this.capacity);
    for (let key = 0; key < end; key++) {
      if (this.main[key] === NEVER_WRITTEN || this.valueClass[key] === TOMBSTONE) continue;
      this.read(key, row);
      onLive(row);
    }
  }

  private supersede(row: Readonly<TimelineRow>): void {
    if (row.valueClass !== TOMBSTONE) this.onSuperseded(row);
  }

  private write(row: Readonly<TimelineRow>): void {
    const { key } = row;
    this.main[key] = row.main;
    this.sub[key] = row.sub;
    this.createRevision[key] = row.createRevision;
    this.valueClass[key] = row.valueClass;
    this.version[key] = row.version;
    if (!this.keepsDetails) return;
    this.leaseHigh[key] = row.leaseHigh;
    this.leaseLow[key] = row.leaseLow;
    this.size[key] = row.size;
  }

  private read(key: number, row: TimelineRow): void {
    row.key = key;
    row.main = this.main[key] as number;
    row.sub = this.sub[key] as number;
    row.createRevision = this.createRevision[key] as number;
    row.valueClass = this.valueClass[key] as number;
    row.version = this.version[key] as number;
    if (!this.keepsDetails) return;
    row.leaseHigh = this.leaseHigh[key] as number;
    row.leaseLow = this.leaseLow[key] as number;
    row.size = this.size[key] as number;
  }

  private grow(key: number): void {
    const from = this.capacity;
    this.capacity = Math.max(512, from * 2, key + 1);
    this.main = grown(this.main, new Float64Array(this.capacity)).fill(NEVER_WRITTEN, from);
    this.sub = grown(this.sub, new Float64Array(this.capacity));
    this.createRevision = grown(this.createRevision, new Float64Array(this.capacity));
    this.valueClass = grown(this.valueClass, new Uint32Array(this.capacity));
    this.version = grown(this.version, new Float64Array(this.capacity));
    if (!this.keepsDetails) return;
    this.leaseHigh = grown(this.leaseHigh, new Uint32Array(this.capacity));
    this.leaseLow = grown(this.leaseLow, new Uint32Array(this.capacity));
    this.size = grown(this.size, new Uint32Array(this.capacity));
  }
}

/** A row to be filled and handed over again and again. */
export function emptyRow(): TimelineRow {
  return { key: 0, main: 0, sub: 0, createRevision: 0, valueClass: 0, version: 0, leaseHigh: 0, leaseLow: 0, size: 0 };
}
