import { type KeyReference, referenceText } from "../model/key-reference.ts";
import type { Configuration, ConfiguredProvider, LocalKey, ResourceRule } from "./configuration.ts";
import { readKeysOf, ruleFor } from "./expectation.ts";

/** How two servers treat one resource differently. Secrets are compared, never shown. */
export type DifferenceDetail =
  /** Only one of them has a rule for it. */
  | { readonly kind: "coverage"; readonly coveredBy: string; readonly missingIn: string }
  | { readonly kind: "write-key"; readonly first: KeyReference; readonly second: KeyReference }
  /** A key that only one of them can read with. */
  | { readonly kind: "read-key"; readonly key: KeyReference; readonly missingIn: string }
  /** The same keys, tried in another order: harmless to readers, but one of the files is not the other's copy. */
  | { readonly kind: "read-order" }
  /** One name, two secrets: what one server writes, the other can't read. */
  | { readonly kind: "secret"; readonly key: KeyReference };

export interface ConfigurationDifference {
  readonly resource: string;
  readonly first: DifferenceSide;
  readonly second: DifferenceSide;
  readonly detail: DifferenceDetail;
}

export interface DifferenceSide {
  readonly path: string;
  /** Of the rule; of the field `resources` where there is none. */
  readonly line: number;
}

/** What differs between the configurations of several API servers: each one compared with the first. */
export function differences(configurations: readonly Configuration[]): readonly ConfigurationDifference[] {
  const [first, ...others] = configurations;
  return first === undefined ? [] : others.flatMap((other) => between(first, other));
}

function between(first: Configuration, second: Configuration): readonly ConfigurationDifference[] {
  const resources = new Set([...first.rules, ...second.rules].map(({ resource }) => resource));
  return [...resources].flatMap((resource) => {
    const [ruleOfFirst, ruleOfSecond] = [ruleFor(first, resource), ruleFor(second, resource)];
    const sides = { first: sideOf(first, ruleOfFirst), second: sideOf(second, ruleOfSecond) };
    return detailsOf(first, ruleOfFirst, second, ruleOfSecond).map((detail) => ({ resource, ...sides, detail }));
  });
}

function sideOf({ path, resourcesLine }: Configuration, rule: ResourceRule | undefined): DifferenceSide {
  return { path, line: rule?.line ?? resourcesLine };
}

function detailsOf(
  first: Configuration,
  ruleOfFirst: ResourceRule | undefined,
  second: Configuration,
  ruleOfSecond: ResourceRule | undefined,
): readonly DifferenceDetail[] {
  if (ruleOfFirst === undefined) return [{ kind: "coverage", coveredBy: second.path, missingIn: first.path }];
  if (ruleOfSecond === undefined) return [{ kind: "coverage", coveredBy: first.path, missingIn: second.path }];
  const [keysOfFirst, keysOfSecond] = [readKeysOf(ruleOfFirst), readKeysOf(ruleOfSecond)];
  const details: DifferenceDetail[] = [];
  const [writeOfFirst, writeOfSecond] = [keysOfFirst[0], keysOfSecond[0]];
  if (
    writeOfFirst !== undefined &&
    writeOfSecond !== undefined &&
    referenceText(writeOfFirst) !== referenceText(writeOfSecond)
  ) {
    details.push({ kind: "write-key", first: writeOfFirst, second: writeOfSecond });
  }
  const missing = [...onlyIn(keysOfFirst, keysOfSecond, second.path), ...onlyIn(keysOfSecond, keysOfFirst, first.path)];
  details.push(...missing);
  if (details.length === 0 && keysOfFirst.map(referenceText).join() !== keysOfSecond.map(referenceText).join()) {
    details.push({ kind: "read-order" });
  }
  return [...details, ...differingSecrets(ruleOfFirst, ruleOfSecond)];
}

function onlyIn(keys: readonly KeyReference[], others: readonly KeyReference[], missingIn: string) {
  const present = new Set(others.map(referenceText));
  return keys
    .filter((key) => !present.has(referenceText(key)))
    .map((key) => ({ kind: "read-key", key, missingIn }) as const);
}

function differingSecrets(first: ResourceRule, second: ResourceRule): readonly DifferenceDetail[] {
  const [ofFirst, ofSecond] = [secretsOf(first), secretsOf(second)];
  return readKeysOf(first)
    .filter((key) => {
      const [one, other] = [ofFirst.get(referenceText(key)), ofSecond.get(referenceText(key))];
      return one !== undefined && other !== undefined && one !== other;
    })
    .map((key) => ({ kind: "secret", key }));
}

/** The fingerprints behind each key's name; a name may stand for several secrets, tried in their order. */
function secretsOf(rule: ResourceRule): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>();
  for (const provider of rule.providers) {
    for (const { name, secret } of localKeysOf(provider)) {
      const text = referenceText({ provider: provider.kind, name });
      secrets.set(text, `${secrets.get(text) ?? ""}${secret.fingerprint()} `);
    }
  }
  return secrets;
}

function localKeysOf(provider: ConfiguredProvider): readonly LocalKey[] {
  return "keys" in provider ? provider.keys : [];
}
