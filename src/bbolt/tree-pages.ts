import type { PageRun } from "./page.ts";

/** Access to single pages of a bucket tree: of a file that can be sought, or of what a stream has kept. */
export interface TreePages {
  /** Pages that the source holds; no page number at or above it can be read. */
  readonly pageCount: number;
  /** The whole runs that begin with these pages; undefined for one that is not there, or whose header is not its own. */
  read(pgids: readonly number[]): Promise<readonly (PageRun | undefined)[]>;
}
