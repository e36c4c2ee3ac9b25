import { InvalidArgumentError } from "commander";

/** Milliseconds in each unit of a Go duration (Go time.ParseDuration). */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/gy;

/** Node's timers wait no longer, some 24 days; beyond it they fire at once. */
const LONGEST = 2 ** 31 - 1;

/** Milliseconds, above 0 and at most 2^31 - 1, of a Go duration such as `5s`, `1m30s` or `500ms`, as etcdctl takes them. */
export function durationMilliseconds(text: string): number {
  let total = 0;
  let end = 0;
  for (const match of text.matchAll(PART)) {
    total += Number(match[1]) * (UNITS[match[2] ?? ""] ?? 0);
    end = match.index + match[0].length;
  }
  if (end === 0 || end !== text.length || total <= 0) {
    throw new InvalidArgumentError("a duration is written as in 5s, 1m30s or 500ms.");
  }
  return Math.min(total, LONGEST);
}
