const DURATION = /^[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;
const NANOSECONDS: ReadonlyMap<string, number> = new Map([
  ["ns", 1],
  ["us", 1e3],
  ["µs", 1e3],
  ["μs", 1e3],
  ["ms", 1e6],
  ["s", 1e9],
  ["m", 60e9],
  ["h", 3600e9],
]);
const LONGEST = 2 ** 63;

/** Milliseconds of a duration as Go writes it (time.ParseDuration): `500ms`, `1m30s`. Undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  if (/^[-+]?0$/.test(text)) return 0;
  if (!DURATION.test(text)) return undefined;
  let nanoseconds = 0;
  for (const [, amount, unit] of text.matchAll(PART)) {
    nanoseconds += Math.trunc(Number(amount) * (NANOSECONDS.get(unit ?? "") ?? 0));
  }
  if (nanoseconds >= LONGEST) return undefined;
  return (text.startsWith("-") ? -nanoseconds : nanoseconds) / 1e6;
}
