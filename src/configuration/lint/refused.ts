import type { LintFile, LintResult } from "./lint-result.ts";

/** What the API server refuses, one result for each reason. */
export function* refused(files: readonly LintFile[]): Iterable<LintResult> {
  for (const { reading } of files) {
    if (reading.kind === "accepted") continue;
    for (const { line, reason } of reading.refusals) {
      yield { path: reading.path, line, detail: { kind: "config-refused", reason } };
    }
  }
}
