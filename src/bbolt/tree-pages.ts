import type { PageRun } from "./page.ts";

/** Access to single pages of a bucket tree: of a file that can be sought, or of what a stream has kept. */
export interface TreePages {
  /** Pages that the source holds; no page number at or above it can be read. */
  readonly pageCount: number;
  /** The whole run that begins with page `pgid`; undefined when it is not there, or its header is not its own. */
  read(pgid: number): Promise<PageRun | undefined>;
}
