import { describe, expect, it } from "vitest";
import { RateLimiter } from "../../../src/etcd/client/rate-limiter.ts";

/** A clock that stands still but for those who sleep. */
function fakeClock() {
  const clock = {
    time: 1_000,
    now: () => clock.time,
    sleep: (milliseconds: number) => {
      clock.time += milliseconds;
      return Promise.resolve();
    },
  };
  return clock;
}

describe("RateLimiter", () => {
  it("makes a megabyte at half a megabyte a second take two seconds", async () => {
    const clock = fakeClock();
    const limiter = new RateLimiter(500_000, clock);
    for (let chunk = 0; chunk < 10; chunk++) await limiter.spend(100_000);
    expect(clock.time - 1_000).toBe(2_000);
  });

  it("counts time that went by otherwise, but does not save it up", async () => {
    const clock = fakeClock();
    const limiter = new RateLimiter(1_000, clock);
    await limiter.spend(1_000);
    clock.time += 60_000;
    const before = clock.time;
    await limiter.spend(500);
    expect(clock.time - before).toBe(500);
  });

  it("makes readers side by side wait for one another", async () => {
    const waits: number[] = [];
    const clock = { now: () => 0, sleep: (wait: number) => Promise.resolve(void waits.push(wait)) };
    const limiter = new RateLimiter(1_000, clock);
    await Promise.all([limiter.spend(1_000), limiter.spend(1_000), limiter.spend(1_000)]);
    expect(waits).toEqual([1_000, 2_000, 3_000]);
  });

  it("never waits without a ceiling", async () => {
    const clock = fakeClock();
    await new RateLimiter(null, clock).spend(1e12);
    expect(clock.time).toBe(1_000);
  });

  it("lets everybody go when it is stopped", async () => {
    const limiter = new RateLimiter(1);
    const waiting = limiter.spend(1_000_000);
    limiter.stop();
    await waiting;
    await limiter.spend(1_000_000);
  });
});
