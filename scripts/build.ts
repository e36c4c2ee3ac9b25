import { rm } from "node:fs/promises";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { type BuildOptions, build } from "esbuild";
import { sharedChunk } from "./shared-chunk.ts";

/**
 * Builds `dist/` from `src/`: a few files in place of hundreds, since Node takes a millisecond and more to find, read and
 * link each module. Packages are left as imports, so that their fixes are had without a new build. What several entry
 * points share, and what is imported on demand, goes to `dist/chunks/`. Declarations are tsc's (tsconfig.build.json).
 */
const root = join(import.meta.dirname, "..");
await rm(join(root, "dist"), { recursive: true, force: true });
const modules: BuildOptions = {
  absWorkingDir: root,
  entryPoints: ["src/index.ts", "src/cli/main.ts", "src/workers/proof-worker.ts"],
  outbase: "src",
  outdir: "dist",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20.19",
  logLevel: "warning",
};
await build({ ...modules, plugins: [await sharedChunk(modules, "src/cli/main.ts", "src/index.ts")] });
// The thread that hashes: one file, and no ES module, starts a third sooner, and every scan of a large file waits for it.
await build({
  absWorkingDir: root,
  entryPoints: ["src/workers/hash-worker.ts"],
  outdir: "dist/workers",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20.19",
  logLevel: "warning",
});
// The HTML report's script and style sheet, which it carries in itself.
await build({
  absWorkingDir: root,
  entryPoints: ["src/report/html/client/report.ts", "src/report/html/client/report.css"],
  outdir: "dist/page",
  bundle: true,
  platform: "browser",
  target: "es2022",
  charset: "ascii",
  logLevel: "warning",
});
// The engine, in WebAssembly. Its memory is shared with the thread that hashes.
const engine = await asc.main([
  "src/engine/assembly/index.ts",
  ...["--baseDir", root],
  ...["--outFile", "dist/engine.wasm"],
  ...["--optimizeLevel", "3"],
  ...["--runtime", "minimal"],
  ...["--enable", "threads"],
  "--importMemory",
  "--sharedMemory",
  ...["--initialMemory", "16"],
  ...["--maximumMemory", "65536"],
]);
if (engine.error !== null) {
  process.stderr.write(engine.stderr.toString());
  throw engine.error;
}
