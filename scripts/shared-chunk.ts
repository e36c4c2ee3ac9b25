import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";

const SHARED = "shared-modules";

/**
 * A plugin that puts what both entry points load at once into one chunk. esbuild makes a chunk of what the same files need,
 * which makes dozens out of those that are imported on demand: so each of these is made to need all of it. By then it is
 * loaded, so that it costs nothing.
 * @param options of the build in which the plugin is to be used
 */
export async function sharedChunk(options: BuildOptions, first: string, second: string): Promise<Plugin> {
  const root = options.absWorkingDir ?? process.cwd();
  const { metafile } = await build({ ...options, write: false, metafile: true });
  const ofFirst = loadedWith(first, metafile);
  const shared = [...loadedWith(second, metafile)].filter((path) => ofFirst.has(path));
  const onDemand = new Set(
    importsOf(metafile)
      // What is shared as well would need itself.
      .filter(({ kind, path }) => kind === "dynamic-import" && !shared.includes(path))
      .map(({ path }) => join(root, path)),
  );
  return {
    name: SHARED,
    setup({ onLoad, onResolve }) {
      onResolve({ filter: new RegExp(`^${SHARED}$`) }, () => ({ path: SHARED, namespace: SHARED }));
      onLoad({ filter: /./, namespace: SHARED }, () => ({
        contents: shared.map((path) => `import ${JSON.stringify(`./${path}`)};`).join("\n"),
        resolveDir: root,
      }));
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!onDemand.has(path)) return null;
        return { contents: `import "${SHARED}";\n${await readFile(path, "utf8")}`, loader: "ts" };
      });
    },
  };
}

/** The files that are loaded with one, and not on demand. */
function loadedWith(entry: string, { inputs }: Metafile): Set<string> {
  const found = new Set<string>([entry]);
  for (const path of found) {
    for (const { kind, path: imported, external } of inputs[path]?.imports ?? []) {
      if (kind === "import-statement" && external !== true) found.add(imported);
    }
  }
  return found;
}

function importsOf({ inputs }: Metafile) {
  return Object.values(inputs).flatMap(({ imports }) => imports.filter(({ external }) => external !== true));
}
