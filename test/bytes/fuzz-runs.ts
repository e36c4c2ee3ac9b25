/** How often a property is tried: `usual` times, or more where the environment variable `FUZZ_RUNS` says so. */
export function fuzzRuns(usual: number): { readonly numRuns: number } {
  return { numRuns: Math.max(usual, Number(process.env["FUZZ_RUNS"] ?? 0) || 0) };
}
