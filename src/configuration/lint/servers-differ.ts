import { differences } from "../differences.ts";
import { acceptedOf, type LintFile, type LintResult } from "./lint-result.ts";

/** The files of several API servers must agree, or one can't read what another writes. */
export function* serversDiffer(files: readonly LintFile[]): Iterable<LintResult> {
  for (const { resource, first, second, detail: difference } of differences(acceptedOf(files))) {
    const detail = { kind: "config-servers-differ", resource, other: first, difference } as const;
    yield { path: second.path, line: second.line, detail };
  }
}
