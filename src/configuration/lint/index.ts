import { aesgcmRotation } from "./aesgcm-rotation.ts";
import { duplicateKeyName } from "./duplicate-key-name.ts";
import { fileMode } from "./file-mode.ts";
import { identityFirst } from "./identity-first.ts";
import { kmsV1 } from "./kms-v1.ts";
import { legacyKind } from "./legacy-kind.ts";
import type { LintFile, LintKind, LintResult, LintRule } from "./lint-result.ts";
import { publishedKey } from "./published-key.ts";
import { refused } from "./refused.ts";
import { repeatedKey } from "./repeated-key.ts";
import { secretsNotCovered } from "./secrets-not-covered.ts";
import { serversDiffer } from "./servers-differ.ts";
import { unreachableProvider } from "./unreachable-provider.ts";
import { weakKey } from "./weak-key.ts";

/** One line for each kind, in the order in which results of one line are shown. */
const RULES = {
  "config-refused": refused,
  "config-identity-first": identityFirst,
  "config-published-key": publishedKey,
  "config-secrets-not-covered": secretsNotCovered,
  "config-servers-differ": serversDiffer,
  "config-weak-key": weakKey,
  "config-duplicate-key-name": duplicateKeyName,
  "config-repeated-key": repeatedKey,
  "config-unreachable-provider": unreachableProvider,
  "config-kms-v1": kmsV1,
  "config-aesgcm-rotation": aesgcmRotation,
  "config-file-mode": fileMode,
  "config-legacy-kind": legacyKind,
} as const satisfies Record<LintKind, LintRule>;

/**
 * Judges configuration files before any data is looked at; several are those of several API servers. Sorted by file (in
 * the order given) and line.
 */
export function lint(files: readonly LintFile[]): readonly LintResult[] {
  const results = Object.values(RULES).flatMap((rule) => [...rule(files)]);
  const places = new Map(files.map(({ reading }, index) => [reading.path, index] as const));
  const placeOf = ({ path }: LintResult) => places.get(path) ?? files.length;
  return results.sort((a, b) => placeOf(a) - placeOf(b) || a.line - b.line);
}
