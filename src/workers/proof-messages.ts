import type { PortableConfiguration } from "./portable-keys.ts";

/** What a thread that opens values begins with. */
export interface ProofThreadData {
  /** Of the blocks. */
  readonly memories: readonly SharedArrayBuffer[];
  /** Words that all threads share: `WORK` and `STOPPED`. */
  readonly signals: Int32Array;
  readonly configurations: readonly PortableConfiguration[];
}

/** Counts the blocks that were made ready; threads with nothing to do wait for it to change. */
export const WORK = 0;
/** 1 once the threads are to end. */
export const STOPPED = 1;

/** To such a thread, once for each number from 0: the resource that blocks name by it. */
export type ResourceName = string | null;
