import type { Provider } from "../model/value-class.ts";
import { type Configuration, keysOf } from "./configuration.ts";

/** The names that a prefix may hold, by provider. */
export type ConfiguredNames = Readonly<Record<Exclude<Provider, "identity">, readonly string[]>>;

/**
 * All names in the configurations, each once, the longest first (in UTF-8 bytes): a name may hold a colon, and then
 * the longest that fits is meant.
 * @param more names that are not configured and may be met
 */
export function configuredNames(
  configurations: readonly Configuration[],
  more: Partial<ConfiguredNames> = {},
): ConfiguredNames {
  const names = {
    aescbc: new Set(more.aescbc),
    aesgcm: new Set(more.aesgcm),
    secretbox: new Set(more.secretbox),
    "kms-v1": new Set(more["kms-v1"]),
    "kms-v2": new Set(more["kms-v2"]),
  };
  const providers = configurations.flatMap(({ rules }) => rules.flatMap((rule) => rule.providers));
  for (const { provider, name } of providers.flatMap(keysOf)) {
    if (provider !== "identity" && name !== null) names[provider].add(name);
  }
  return {
    aescbc: longestFirst(names.aescbc),
    aesgcm: longestFirst(names.aesgcm),
    secretbox: longestFirst(names.secretbox),
    "kms-v1": longestFirst(names["kms-v1"]),
    "kms-v2": longestFirst(names["kms-v2"]),
  };
}

function longestFirst(names: ReadonlySet<string>): readonly string[] {
  return [...names].sort((a, b) => Buffer.byteLength(b) - Buffer.byteLength(a) || (a < b ? -1 : 1));
}
