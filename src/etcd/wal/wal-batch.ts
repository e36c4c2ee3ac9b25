import { grown } from "../../model/columns.ts";
import { RecordBatch } from "../../model/record-batch.ts";
import type { PutRequest } from "./put-request.ts";

/**
 * The puts of raft entries, as record batch and further columns. A put in a WAL is a request: it has no revision
 * (`main` is 0), and one whose transaction went the other way never became one, yet its bytes lie there.
 * Reused: valid only during the call that hands it over.
 */
export class WalBatch {
  readonly records = new RecordBatch();
  /** Where the first byte of `records.bytes` lies in the file. */
  fileOffset = 0;
  /** Raft index and term of the entry that a row comes from, safe integers. */
  raftIndex = new Float64Array(0);
  raftTerm = new Float64Array(0);
  /** 1 where the checksum of the row's record holds; 0 where it does not, or could not be checked. */
  proven = new Uint8Array(0);

  /** Forgets all rows and points the batch at `bytes`. */
  reset(bytes: Uint8Array, fileOffset: number): void {
    this.records.reset(bytes);
    this.fileOffset = fileOffset;
  }

  /** Adds a put, whose offsets are into `records.bytes`, of an entry. */
  addPut(put: Readonly<PutRequest>, raftIndex: number, raftTerm: number, isProven: boolean): void {
    const { records } = this;
    const row = records.addRow();
    if (row === this.raftIndex.length) this.grow();
    this.raftIndex[row] = raftIndex;
    this.raftTerm[row] = raftTerm;
    this.proven[row] = isProven ? 1 : 0;
    records.keyOffset[row] = put.keyOffset;
    records.keyLength[row] = put.keyLength;
    records.valueOffset[row] = put.valueOffset;
    records.valueLength[row] = put.valueLength;
    records.leaseHigh[row] = put.leaseHigh;
    records.leaseLow[row] = put.leaseLow;
    records.fileOffset[row] = this.fileOffset + put.valueOffset;
  }

  private grow(): void {
    const capacity = Math.max(256, this.raftIndex.length * 2);
    this.raftIndex = grown(this.raftIndex, new Float64Array(capacity));
    this.raftTerm = grown(this.raftTerm, new Float64Array(capacity));
    this.proven = grown(this.proven, new Uint8Array(capacity));
  }
}
