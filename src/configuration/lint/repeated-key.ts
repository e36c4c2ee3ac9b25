import { referenceText } from "../../model/key-reference.ts";
import { acceptedOf, type LintFile, type LintResult, localKeysOf, type PlacedKey, providersOf } from "./lint-result.ts";

/** One secret under two names or providers: a rotation between them changes nothing. */
export function* repeatedKey(files: readonly LintFile[]): Iterable<LintResult> {
  for (const configuration of acceptedOf(files)) {
    const seen = new Map<string, PlacedKey>();
    for (const placed of localKeysOf(providersOf(configuration))) {
      const fingerprint = placed.key.secret.fingerprint();
      const first = seen.get(fingerprint);
      if (first === undefined) seen.set(fingerprint, placed);
      if (first === undefined || referenceText(referenceTo(first)) === referenceText(referenceTo(placed))) continue;
      const references = { key: referenceTo(placed), first: referenceTo(first) };
      const detail = { kind: "config-repeated-key", ...references, firstLine: first.key.secretLine } as const;
      yield { path: configuration.path, line: placed.key.secretLine, detail };
    }
  }
}

function referenceTo({ provider, key }: PlacedKey) {
  return { provider, name: key.name };
}
