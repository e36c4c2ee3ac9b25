import { expectationFor, ruleFor } from "../expectation.ts";
import { acceptedOf, type LintFile, type LintResult } from "./lint-result.ts";

/** The first provider writes: with identity there, secrets are stored as they are. */
export function* identityFirst(files: readonly LintFile[]): Iterable<LintResult> {
  for (const configuration of acceptedOf(files)) {
    const expectation = expectationFor(configuration, "secrets");
    if (expectation.kind !== "identity") continue;
    const line = ruleFor(configuration, "secrets")?.providers[0]?.line ?? expectation.line;
    const firstCipher = expectation.readKeys.find(({ provider }) => provider !== "identity") ?? null;
    const detail = { kind: "config-identity-first", rule: expectation.rule, firstCipher } as const;
    yield { path: configuration.path, line, detail };
  }
}
