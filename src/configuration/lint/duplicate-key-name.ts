import { referenceText } from "../../model/key-reference.ts";
import type { Configuration, LocalKey } from "../configuration.ts";
import { acceptedOf, type LintFile, type LintResult, localKeysOf } from "./lint-result.ts";

/**
 * One name for several keys of a provider: the stored bytes show the name only. For one resource the API server tries
 * them all; for different resources nobody can tell which key a name means.
 */
export function* duplicateKeyName(files: readonly LintFile[]): Iterable<LintResult> {
  for (const configuration of acceptedOf(files)) yield* duplicatesIn(configuration);
}

function* duplicatesIn({ path, rules }: Configuration): Iterable<LintResult> {
  const reported = new Set<LocalKey>();
  const everywhere = new Map<string, LocalKey>();
  for (const rule of rules) {
    const inRule = new Map<string, LocalKey>();
    for (const { provider, key } of localKeysOf(rule.providers)) {
      const reference = { provider, name: key.name };
      const name = referenceText(reference);
      const [sameRule, other] = [inRule.get(name), everywhere.get(name)];
      if (sameRule === undefined) inRule.set(name, key);
      if (other === undefined) everywhere.set(name, key);
      const first = sameRule ?? other;
      if (first === undefined || first === key || reported.has(key)) continue;
      const isSameSecret = first.secret.fingerprint() === key.secret.fingerprint();
      // The same key in the blocks of different resources is how files are usually written.
      if (sameRule === undefined && isSameSecret) continue;
      reported.add(key);
      const detail = {
        kind: "config-duplicate-key-name",
        key: reference,
        firstLine: first.line,
        isSameSecret,
      } as const;
      yield { path, line: key.line, detail };
    }
  }
}
