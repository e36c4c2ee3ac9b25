import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { PACKAGE_FOLDER } from "./run-program.ts";
import { type CorpusPoint, readCorpus } from "./scenario-folder.ts";

/** The folder of the package's own fixtures. */
export const FIXTURES = join(PACKAGE_FOLDER, "test/fixtures");
/** The snapshot that ships for `demo`. */
export const SAMPLE = join(PACKAGE_FOLDER, "sample/snapshot.db.gz");

/** Every point of the package's own corpus, the sample among them. */
export function repositoryCorpus(): CorpusPoint[] {
  const places = new Map([["j-mixed/all-providers", SAMPLE]]);
  return readCorpus(FIXTURES, places);
}

/** Those of its points that ran with a configuration, and its file. */
export function configuredCorpus(): readonly { readonly point: CorpusPoint; readonly path: string }[] {
  return repositoryCorpus().flatMap((point) => {
    const path = configurationOf(point);
    return path === null ? [] : [{ point, path }];
  });
}

/** The configuration in force at a point; null where there was none. */
export function configurationOf({ file, revisionsFile, expected }: CorpusPoint): string | null {
  const name = expected.encryption_config_in_force ?? null;
  const folders = [dirname(file), dirname(revisionsFile)];
  return name === null ? null : (folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null);
}
