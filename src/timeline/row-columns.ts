import type { TimelineRow } from "./timeline.ts";

/** Rows as columns: 32 bytes a row, 8 more where a sub revision is not 0, and 12 more where values are listed. */
export class RowColumns {
  private readonly key: Uint32Array;
  private readonly main: Float64Array;
  private readonly createRevision: Float64Array;
  private readonly valueClass: Uint32Array;
  private readonly version: Float64Array;
  /** Kubernetes writes no sub revision but 0. */
  private sub: Float64Array | undefined;
  private readonly details: Details | undefined;

  /** @param keepsDetails whether lease and size are kept */
  constructor(rows: number, keepsDetails: boolean) {
    this.key = new Uint32Array(rows);
    this.main = new Float64Array(rows);
    this.createRevision = new Float64Array(rows);
    this.valueClass = new Uint32Array(rows);
    this.version = new Float64Array(rows);
    this.details = keepsDetails ? new Details(rows) : undefined;
  }

  write(index: number, row: Readonly<TimelineRow>): void {
    if (row.sub !== 0) this.sub ??= new Float64Array(this.main.length);
    if (this.sub !== undefined) this.sub[index] = row.sub;
    this.key[index] = row.key;
    this.main[index] = row.main;
    this.createRevision[index] = row.createRevision;
    this.valueClass[index] = row.valueClass;
    this.version[index] = row.version;
    if (this.details === undefined) return;
    this.details.leaseHigh[index] = row.leaseHigh;
    this.details.leaseLow[index] = row.leaseLow;
    this.details.size[index] = row.size;
  }

  /** @param row takes what was written */
  read(index: number, row: TimelineRow): void {
    row.key = this.key[index] as number;
    row.main = this.main[index] as number;
    row.sub = this.sub?.[index] ?? 0;
    row.createRevision = this.createRevision[index] as number;
    row.valueClass = this.valueClass[index] as number;
    row.version = this.version[index] as number;
    if (this.details === undefined) return;
    row.leaseHigh = this.details.leaseHigh[index] as number;
    row.leaseLow = this.details.leaseLow[index] as number;
    row.size = this.details.size[index] as number;
  }
}

class Details {
  readonly leaseHigh: Uint32Array;
  readonly leaseLow: Uint32Array;
  readonly size: Uint32Array;

  constructor(rows: number) {
    this.leaseHigh = new Uint32Array(rows);
    this.leaseLow = new Uint32Array(rows);
    this.size = new Uint32Array(rows);
  }
}
