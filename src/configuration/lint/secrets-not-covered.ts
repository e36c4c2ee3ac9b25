import { expectationFor } from "../expectation.ts";
import { acceptedOf, type LintFile, type LintResult } from "./lint-result.ts";

/** No rule names secrets, so they are stored as they are. */
export function* secretsNotCovered(files: readonly LintFile[]): Iterable<LintResult> {
  for (const configuration of acceptedOf(files)) {
    if (expectationFor(configuration, "secrets").kind !== "not-covered") continue;
    const detail = { kind: "config-secrets-not-covered" } as const;
    yield { path: configuration.path, line: configuration.resourcesLine, detail };
  }
}
