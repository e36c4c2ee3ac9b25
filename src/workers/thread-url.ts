/** The built file of each module in `src/workers` that a thread runs (scripts/build.ts). */
const FILES = { "hash-worker": "hash-worker.cjs", "proof-worker": "proof-worker.js" } as const;

/** Where the code of a thread lies: sources run from `src/` in tests, and threads need the built file. */
export function threadUrl(name: keyof typeof FILES): URL {
  const isSource = import.meta.url.endsWith(".ts");
  return new URL(isSource ? `../../dist/workers/${FILES[name]}` : `../workers/${FILES[name]}`, import.meta.url);
}
