import { setTimeout as sleep } from "node:timers/promises";

/** Time, in milliseconds. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

const systemClock: Clock = { now: () => performance.now(), sleep: (milliseconds) => sleep(milliseconds) };

/** Holds readers back so that together they stay under a number of bytes a second. */
export class RateLimiter {
  private readonly bytesPerSecond: number | null;
  private readonly clock: Clock;
  /** When what has been spent so far will have been earned. */
  private paidUntil = 0;

  /** @param bytesPerSecond null: never waits */
  constructor(bytesPerSecond: number | null, clock: Clock = systemClock) {
    this.bytesPerSecond = bytesPerSecond;
    this.clock = clock;
  }

  /** Books bytes that have been read, and resolves when more may be asked for. */
  async spend(bytes: number): Promise<void> {
    if (this.bytesPerSecond === null) return;
    const now = this.clock.now();
    this.paidUntil = Math.max(this.paidUntil, now) + (bytes / this.bytesPerSecond) * 1000;
    await this.clock.sleep(this.paidUntil - now);
  }
}
