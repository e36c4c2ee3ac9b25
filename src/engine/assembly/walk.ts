/** Outcomes of a walk over pages: all whole pages were walked; a run is not there whole; lists must be handed over first. */
export const ALL_WALKED: u32 = 0;
export const NEEDS_MORE: u32 = 1;
export const IS_FULL: u32 = 2;

/** Records that are gathered before they are handed over. */
export const MOST_RECORDS: u32 = 8192;
