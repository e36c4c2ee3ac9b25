import type { PageReader } from "../../model/range-page.ts";
import type { CostMeter } from "./cost.ts";
import type { MemberPool } from "./member-pool.ts";
import type { RateLimiter } from "./rate-limiter.ts";

/** What to read of the store: every live key of a range, as it was at one revision. */
export interface RangeScan {
  readonly key: Uint8Array;
  /** First key after the range. */
  readonly rangeEnd: Uint8Array;
  readonly revision: number;
  /** Read what one member has applied, without asking the others. */
  readonly serializable: boolean;
  /** Whether to read as one stream where the server can; else page by page in any case. */
  readonly mayStream: boolean;
  /** Reads the answers, which come in no particular order. */
  readonly pages: PageReader;
}

/** What a scan works with. */
export interface RangeScanTools {
  readonly pool: MemberPool;
  readonly cost: CostMeter;
  readonly limiter: RateLimiter;
  readonly maxBytesPerSecond: number | null;
}
