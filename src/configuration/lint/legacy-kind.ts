import { acceptedOf, type LintFile, type LintResult } from "./lint-result.ts";

/** The kind and version of old documentation, accepted to this day. */
export function* legacyKind(files: readonly LintFile[]): Iterable<LintResult> {
  for (const { path, kind, kindLine } of acceptedOf(files)) {
    if (kind === "EncryptionConfig") yield { path, line: kindLine, detail: { kind: "config-legacy-kind" } };
  }
}
