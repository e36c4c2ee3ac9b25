import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const DIST = join(import.meta.dirname, "../../dist");
/** As esbuild writes what a file imports whenever it is loaded; `import(...)` is none of it. */
const STATIC_IMPORT = /^(?:import|export)\b[^;"']*\bfrom\s*"([^"]+)"|^import\s*"([^"]+)"/gm;

const MAIN = join(DIST, "cli/main.js");
/** Each takes Node some 0.4 ms to find, read and link. */
const MOST_FILES_AT_START = 10;

/**
 * The packages that a built file loads with itself, Node's own left out.
 * @param seen files whose packages are left out; all that it loads are added
 */
function packagesOf(file: string, seen = new Set<string>()): ReadonlySet<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  for (const [, from, bare] of readFileSync(file, "utf8").matchAll(STATIC_IMPORT)) {
    const name = from ?? bare ?? "";
    if (name.startsWith("node:")) continue;
    if (!name.startsWith(".")) packages.add(name);
    else for (const each of packagesOf(join(dirname(file), name), seen)) packages.add(each);
  }
  return packages;
}

/** The chunk that an import on demand brings. */
function chunk(name: string): string {
  const found = readdirSync(join(DIST, "chunks")).find((file) => file.startsWith(`${name}-`) && file.endsWith(".js"));
  if (found === undefined) throw new Error(`the build has no chunk ${name}`);
  return join(DIST, "chunks", found);
}

test("what reads YAML, reports and values is loaded for those alone who need it", () => {
  const loaded = new Set<string>();
  expect([...packagesOf(MAIN, loaded)].sort()).toEqual(["commander", "protobufjs/minimal.js"]);
  const live = ["@grpc/grpc-js", "p-limit", "protobufjs/minimal.js"];
  expect([...packagesOf(chunk("live-source"), new Set(loaded))].sort()).toEqual(live);
  expect([...packagesOf(chunk("table"), new Set(loaded))].sort()).toEqual(["cli-table3"]);
});

test("a command begins with few files, and what it loads on demand comes in few more", () => {
  const loaded = new Set<string>();
  packagesOf(MAIN, loaded);
  expect(loaded.size).toBeLessThanOrEqual(MOST_FILES_AT_START);
  const atStart = loaded.size;
  packagesOf(chunk("live-source"), loaded);
  expect(loaded.size - atStart).toBeLessThanOrEqual(MOST_FILES_AT_START);
});

test("the rule sees what is loaded", () => {
  expect(packagesOf(chunk("baseline"))).toContain("zod");
  expect(packagesOf(chunk("configured-in-force"))).toContain("yaml");
});
