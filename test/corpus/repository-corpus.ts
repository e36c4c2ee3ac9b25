import { join } from "node:path";
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
