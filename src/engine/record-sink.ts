import type { FreedArea, FreedPlace } from "../model/freed-place.ts";
import { type Records, UNKNOWN_OFFSET } from "./records.ts";

/** What pages of a stream have turned out to be. */
export interface SettledPages {
  /** Whether the store uses a page. */
  readonly isStored: (page: number) => boolean;
  /** Where pages lie that it does not use. */
  readonly area: FreedArea;
  /** Where in its file such a page begins, in bytes; undefined: its records are forgotten. */
  readonly freedOffset: (page: number) => number | undefined;
}

/** What a source hands its records to. Calls are synchronous, so that a source never runs ahead of the audit. */
export interface RecordSink {
  /** Tells the compact revision, 0 for none; called once, before the first settled record that may supersede another. */
  learnCompactRevision(revision: number): void;
  /** Records that are stored: each is a revision of the store as it is. They are valid during the call only. */
  add(records: Records): void;
  /**
   * Records of pages of which a stream can't yet tell whether the store still uses them. Those of one page, which `where`
   * tells, come one after the other.
   */
  addUnsettled(records: Records): void;
  /** Ends the doubt: records of pages that are stored count, the others lie in bytes that the store no longer uses. */
  settle(pages: SettledPages): void;
  /** Records in bytes that the store no longer uses; `where` tells the offset of each. */
  addFreed(records: Records, area: FreedArea): void;
  /** Puts of a WAL: requests without a revision, which may or may not have become one; `where` tells their offsets. */
  addWalPuts(records: Records, area: FreedArea): void;
}

/** Where the value of a freed record lies. */
export function placeOfRecord(records: Records, index: number, area: FreedArea): FreedPlace {
  const offset = records.where(index);
  return { ...area, offset: offset === UNKNOWN_OFFSET ? null : offset };
}
