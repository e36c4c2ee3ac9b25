import type { ConfigurationFacts } from "../model/configuration-facts.ts";
import { referenceText } from "../model/key-reference.ts";
import type { Configuration } from "./configuration.ts";
import { readKeysOf } from "./expectation.ts";

/** One configuration as reports show it: names only. */
export function summaryOf({ path, sha256, kind, rules }: Configuration): ConfigurationFacts {
  const resources = rules.map((rule) => {
    const readKeys = readKeysOf(rule).map(referenceText);
    return { resource: rule.resource, writeKey: readKeys[0] ?? "identity", readKeys };
  });
  return { path, sha256, kind, resources };
}
