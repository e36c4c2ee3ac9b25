/** What may be wrong with a record; src/engine/problems.ts has the words. */
export const SOUND: u32 = 0;
export const NO_REVISION: u32 = 1;
export const REVISIONS_DIFFER: u32 = 2;
export const RUNS_OVER: u32 = 3;
export const KEY_MISSING: u32 = 4;
export const WRONG_TYPE: u32 = 5;
export const UNKNOWN_TYPE: u32 = 6;
export const NOT_SAFE: u32 = 7;
export const NUMBER_CUT: u32 = 8;
export const NUMBER_TOO_LONG: u32 = 9;
export const KEYS_OUT_OF_ORDER: u32 = 10;

/** What may be wrong with a page; src/engine/problems.ts names them. */
export const NO_LEAF: u32 = 1;
export const TOO_LONG: u32 = 2;
export const USED_OTHERWISE: u32 = 3;
export const NO_ELEMENTS: u32 = 4;
export const OUT_OF_BOUNDS: u32 = 5;
