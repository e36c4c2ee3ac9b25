import type { ConfigurationDetail } from "../../model/finding.ts";
import type { KeyReference } from "../../model/key-reference.ts";
import type { LintDetail, LintKind, LintResult } from "./lint-result.ts";
import { lintMessage, lintRemedy } from "./words.ts";

/** What the linter found, in words, as findings are made of it. What nothing but the line tells apart is numbered. */
export function worded(
  results: readonly LintResult[],
): readonly { readonly kind: LintKind; readonly detail: ConfigurationDetail }[] {
  const seen = new Map<string, number>();
  return results.map(({ path, line, detail }) => {
    const facts = factsOf(detail);
    const id = JSON.stringify([path, facts]);
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return {
      kind: detail.kind,
      detail: {
        file: path,
        line,
        resource: resourceOf(detail),
        key: keyOf(detail),
        identity: count === 1 ? facts : `${facts} ${count}`,
        message: lintMessage(detail),
        remedy: lintRemedy(detail),
      },
    };
  });
}

/** All that a finding says but for lines, which move with every edit of the file. */
function factsOf(detail: LintDetail): string {
  return JSON.stringify(detail, (name, value: unknown) => (/^line$|Line$/.test(name) ? undefined : value));
}

function resourceOf(detail: LintDetail): string | null {
  switch (detail.kind) {
    case "config-identity-first":
      return detail.rule;
    case "config-servers-differ":
      return detail.resource;
    case "config-unreachable-provider":
      return detail.cause.resource;
    case "config-secrets-not-covered":
      return "secrets";
    case "config-refused":
      return "resource" in detail.reason ? detail.reason.resource : null;
    case "config-published-key":
    case "config-weak-key":
    case "config-duplicate-key-name":
    case "config-repeated-key":
    case "config-kms-v1":
    case "config-aesgcm-rotation":
    case "config-file-mode":
    case "config-legacy-kind":
      return null;
  }
}

function keyOf(detail: LintDetail): KeyReference | null {
  return "key" in detail ? detail.key : null;
}
