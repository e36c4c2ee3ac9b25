import { setTimeout as sleep } from "node:timers/promises";

/** Time, in milliseconds. */
export interface Clock {
  now(): number;
  /** Resolves after a while, or as soon as the signal says so. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
};

/** Holds readers back so that together they stay under a number of bytes a second. */
export class RateLimiter {
  private readonly bytesPerSecond: number | null;
  private readonly clock: Clock;
  /** When what has been spent so far will have been earned. */
  private paidUntil = 0;
  private readonly stopping = new AbortController();

  /** @param bytesPerSecond null: never waits */
  constructor(bytesPerSecond: number | null, clock: Clock = systemClock) {
    this.bytesPerSecond = bytesPerSecond;
    this.clock = clock;
  }

  /** Books bytes that have been read, and resolves when more may be asked for; undefined: at once. */
  spend(bytes: number): Promise<void> | undefined {
    if (this.bytesPerSecond === null || this.stopping.signal.aborted) return undefined;
    const now = this.clock.now();
    this.paidUntil = Math.max(this.paidUntil, now) + (bytes / this.bytesPerSecond) * 1000;
    return this.clock.sleep(this.paidUntil - now, this.stopping.signal);
  }

  /** Lets everybody go who waits, now and from now on: the connection is closed, and nothing more is asked for. */
  stop(): void {
    this.stopping.abort();
  }
}
