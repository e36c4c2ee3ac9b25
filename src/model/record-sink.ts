import type { RecordBatch } from "./record-batch.ts";

/** What a source hands its records to. Calls are synchronous, so that a source never runs ahead of the audit. */
export interface RecordSink {
  /** Tells the compact revision, 0 for none; called once, before the first settled record that may supersede another. */
  learnCompactRevision(revision: number): void;
  /** Records that are stored: each is a revision of the store as it is. The batch is valid during the call only. */
  add(batch: RecordBatch): void;
  /**
   * Records of a page of which a stream can't yet tell whether the store still uses it.
   * @param group the page number; one call a page
   */
  addUnsettled(batch: RecordBatch, group: number): void;
  /**
   * Ends the doubt: records of groups that are stored count, the others lie in bytes that the store no longer uses.
   * @param placeOf where the bytes of a group that is not stored lie; undefined: they are forgotten
   */
  settle(isStored: (group: number) => boolean, placeOf: (group: number) => FreedPlace | undefined): void;
  /** Records in bytes that the store no longer uses. */
  addFreed(batch: RecordBatch, place: FreedPlace): void;
  /** Puts of a WAL: requests without a revision, which may or may not have become one. */
  addWalPuts(batch: RecordBatch, placeOf: (row: number) => FreedPlace): void;
}

/** Where bytes lie that the store no longer uses. */
export interface FreedPlace {
  readonly location: "free-page" | "file-tail" | "wal";
  /** Path of the file, where a source has several; else null. */
  readonly file: string | null;
  /** Bytes from the beginning of the file: of the page, or of the value in a WAL; null where only the file is known. */
  readonly offset: number | null;
  /** The file is a database beside the store's own: a revision there may be another write than the store's. */
  readonly isLeftOver?: true;
}
