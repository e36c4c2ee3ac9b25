import type { RecordBatch } from "./record-batch.ts";

/** What a source hands its records to. Calls are synchronous, so that a source never runs ahead of the audit. */
export interface RecordSink {
  /** Tells the compact revision, 0 for none; called once, before the first record that is settled. */
  learnCompactRevision(revision: number): void;
  /** Records that are stored: each is a revision of the store as it is. The batch is valid during the call only. */
  add(batch: RecordBatch): void;
  /**
   * Records of a page of which a stream can't yet tell whether the store still uses it.
   * @param group the page number; one call a page
   */
  addUnsettled(batch: RecordBatch, group: number): void;
  /** Ends the doubt: records of groups that are stored count, the others are forgotten. */
  settle(isStored: (group: number) => boolean): void;
}
