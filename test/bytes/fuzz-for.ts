/** Seconds that each fuzzer takes; without it a few in CI, and next to none elsewhere. */
const ASKED = process.env["FUZZ_SECONDS"];

/** Milliseconds that a fuzzer may take which is given so many seconds in CI: for vitest, with much room. */
export function fuzzTimeout(secondsInCi: number): number {
  return 120_000 + 2000 * secondsOf(secondsInCi);
}

/**
 * Tries a property again and again for as long as there is time, at least once.
 * @param attempt tries it with a number of inputs
 */
export async function fuzzFor(secondsInCi: number, attempt: () => Promise<void> | void): Promise<void> {
  const end = Date.now() + 1000 * secondsOf(secondsInCi);
  do await attempt();
  while (Date.now() < end);
}

function secondsOf(secondsInCi: number): number {
  if (ASKED !== undefined) return Number(ASKED);
  return process.env["CI"] === undefined ? 0 : secondsInCi;
}
