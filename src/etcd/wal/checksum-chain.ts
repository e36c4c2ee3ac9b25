import { crc32c } from "../../bytes/crc32c.ts";
import { CHECKSUM_RECORD, type WalRecord } from "./record.ts";

/** Whether a record's checksum holds; `unknown` where the chain's state before it is not known. */
export type Proof = "proven" | "wrong" | "unknown";

/**
 * The running CRC-32C over the data of all records of a WAL, from file to file (etcd server/storage/wal/decoder.go):
 * each record stores the sum up to itself, and each file begins with a record that repeats the sum of the files before.
 */
export class ChecksumChain {
  /** The sum so far; undefined after `forget`. */
  private sum: number | undefined = 0;
  /** After a record that was wrong: the sum as computed, for it may be the stored one that is damaged. */
  private computed: number | undefined;

  /** Takes the next record on, and says whether it is as it was written. The chain goes on after a wrong one. */
  check(view: DataView, record: WalRecord): Proof {
    if (record.type === CHECKSUM_RECORD) return this.join(record.crc);
    const { sum, computed } = this;
    this.sum = record.crc;
    this.computed = undefined;
    if (sum === undefined) return "unknown";
    const expected = crc32c(view, record.dataOffset, record.dataEnd, sum);
    if (expected === record.crc) return "proven";
    if (computed !== undefined && crc32c(view, record.dataOffset, record.dataEnd, computed) === record.crc)
      return "proven";
    this.computed = expected;
    return "wrong";
  }

  /** Lets the next record be the first of a new chain: after records that were not read. */
  forget(): void {
    this.sum = undefined;
    this.computed = undefined;
  }

  /** The record that begins a file. A sum of 0 is that of no data, and goes with any other (wal.go: ReadAll). */
  private join(crc: number): Proof {
    const { sum, computed } = this;
    this.sum = crc;
    this.computed = undefined;
    return sum === undefined || sum === 0 || sum === crc || computed === crc ? "proven" : "wrong";
  }
}
