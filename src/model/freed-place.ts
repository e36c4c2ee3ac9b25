/** Bytes that the store no longer uses. */
export interface FreedArea {
  readonly location: "free-page" | "file-tail" | "wal";
  /** Path of the file, where a source has several; else null. */
  readonly file: string | null;
  /** The file is a database beside the store's own: a revision there may be another write than the store's. */
  readonly isLeftOver?: true;
}

/** Where a value lies in such bytes. */
export interface FreedPlace extends FreedArea {
  /** Bytes from the beginning of the file: of the page, or of the value in a WAL; null where only the file is known. */
  readonly offset: number | null;
}
