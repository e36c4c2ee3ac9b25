import { type KeyReference, referenceText } from "../model/key-reference.ts";
import { type Configuration, keysOf, type ResourceRule } from "./configuration.ts";
import { rulesFor } from "./resource-name.ts";

/** What the configuration in force does with the values of one resource. */
export type Expectation =
  | {
      /** Written with the write key; whatever lies under another key is stale. */
      readonly kind: "encrypt";
      /** The rule that applies: the resource itself or a wildcard. */
      readonly rule: string;
      readonly line: number;
      readonly writeKey: KeyReference;
      /** All keys that are tried when reading, in that order, each once; the write key first. */
      readonly readKeys: readonly KeyReference[];
    }
  | {
      /** Written as it is. */
      readonly kind: "identity";
      readonly rule: string;
      readonly line: number;
      readonly readKeys: readonly KeyReference[];
    }
  | {
      /** No rule: written and read as it is, and encrypted leftovers can't be read. */
      readonly kind: "not-covered";
    };

/** The one rule that applies to a resource (`name` or `name.group`); the providers of no other are tried. */
export function ruleFor(configuration: Pick<Configuration, "rules">, resource: string): ResourceRule | undefined {
  for (const name of rulesFor(resource)) {
    const rule = configuration.rules.find((candidate) => candidate.resource === name);
    if (rule !== undefined) return rule;
  }
  return undefined;
}

/** What the configuration does with a resource, given as `name` or `name.group`. */
export function expectationFor(configuration: Configuration, resource: string): Expectation {
  const rule = ruleFor(configuration, resource);
  const readKeys = rule === undefined ? [] : readKeysOf(rule);
  const [writeKey] = readKeys;
  if (rule === undefined || writeKey === undefined) return { kind: "not-covered" };
  const shared = { rule: rule.resource, line: rule.line, readKeys };
  return writeKey.provider === "identity" ? { kind: "identity", ...shared } : { kind: "encrypt", ...shared, writeKey };
}

/** The keys that a rule reads with, in the order in which they are tried; each name once. */
export function readKeysOf(rule: ResourceRule): readonly KeyReference[] {
  const keys = new Map(rule.providers.flatMap(keysOf).map((key) => [referenceText(key), key] as const));
  return [...keys.values()];
}
