import { readFileSync } from "node:fs";

/** The engine's code, compiled once for all engines. */
let compiled: WebAssembly.Module | undefined;

/** Tests run the sources. Of the build this module is a part of some file in `dist/chunks` (scripts/build.ts). */
function codeUrl(): URL {
  const isSource = import.meta.url.endsWith(".ts");
  return new URL(isSource ? "../../dist/engine.wasm" : "../engine.wasm", import.meta.url);
}

/** The compiled engine (`scripts/build.ts` makes it of `src/engine/assembly`). */
export function engineModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(codeUrl()));
  return compiled;
}
