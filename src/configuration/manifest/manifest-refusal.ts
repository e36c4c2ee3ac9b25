import type { ManifestProblem } from "./api-server-settings.ts";

/** Ends the reading of a manifest. `line` counts from 1; null where no single line is to blame. */
export class ManifestRefusal extends Error {
  readonly problem: ManifestProblem;
  readonly line: number | null;

  constructor(problem: ManifestProblem, line: number | null = null) {
    super(problem.kind);
    this.name = "ManifestRefusal";
    this.problem = problem;
    this.line = line;
  }
}
