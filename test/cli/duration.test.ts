import { describe, expect, it } from "vitest";
import { durationMilliseconds } from "../../src/cli/duration.ts";

describe("durationMilliseconds", () => {
  it.each([
    ["5s", 5_000],
    ["500ms", 500],
    ["1m30s", 90_000],
    ["1.5h", 5_400_000],
    [".5s", 500],
    ["1h2m3s4ms", 3_723_004],
    ["250us", 0.25],
    ["250µs", 0.25],
    ["1000000ns", 1],
  ])("takes %s as %d", (text, milliseconds) => {
    expect(durationMilliseconds(text)).toBeCloseTo(milliseconds, 9);
  });

  it.each(["", "5", "s", "-5s", "0s", "5 s", "5s ", "1m30", "5d", "1,5s", "5S", "1e3s", "s5"])(
    "refuses '%s'",
    (text) => {
      expect(() => durationMilliseconds(text)).toThrow(/5s, 1m30s or 500ms/);
    },
  );

  it("gives no more than Node's timers can wait: beyond that they would fire at once", () => {
    expect(durationMilliseconds("10000h")).toBe(2 ** 31 - 1);
    expect(durationMilliseconds(`${"9".repeat(400)}h`)).toBe(2 ** 31 - 1);
  });
});
