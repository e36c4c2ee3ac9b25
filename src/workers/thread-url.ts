/**
 * Where the code of a thread lies: sources run from `src/` in tests, and threads need the built file.
 * @param name of its module in `src/workers`
 */
export function threadUrl(name: "hash-worker" | "proof-worker"): URL {
  const isSource = import.meta.url.endsWith(".ts");
  return new URL(isSource ? `../../dist/workers/${name}.js` : `../workers/${name}.js`, import.meta.url);
}
