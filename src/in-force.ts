import { Classifier, type KnownNames } from "./classify/classifier.ts";
import type { Configuration } from "./configuration/configuration.ts";
import type { ConfigurationFacts } from "./model/configuration-facts.ts";
import type { ValueAppraiser } from "./model/standing.ts";
import type { KeyringOptions } from "./proof/keyring.ts";
import { type ConfiguredRules, NOTHING_CONFIGURED } from "./scope/configured-rules.ts";
import { SECRETS } from "./scope/scope.ts";
import type { ConfigurationFound } from "./tally/configuration-findings.ts";

/** Files, `-` for standard input; or the manifest of an API server that is started without a configuration. */
export type ConfigurationsInForce = readonly string[] | { readonly unencrypted: string };

/** What values are judged by: the configurations in force, or nothing where none is known. */
export interface InForce {
  readonly configurations: readonly Configuration[];
  readonly facts: readonly ConfigurationFacts[];
  readonly findings: readonly ConfigurationFound[];
  readonly rules: ConfiguredRules;
  readonly classifier: Classifier;
  readonly appraiser: ValueAppraiser | undefined;
  /** Whether plaintext of a resource is read through a rule; where nothing is known, that is taken of secrets. */
  usesIdentity(resource: string): boolean;
}

/**
 * Reads the configurations of all API servers and makes their keys ready.
 * @param given empty: nothing is known
 * @param moreNames key names that may be met besides those that are configured
 * @param keys whether values are opened in memory, and with what of KMS plugins; else they are told by names alone
 * @throws AuditError when a file can't be read, or the API server refuses it
 */
export async function readInForce(
  given: ConfigurationsInForce,
  keys: KeyringOptions,
  moreNames: KnownNames = {},
): Promise<InForce> {
  if ("length" in given && given.length === 0) {
    const classifier = new Classifier(moreNames);
    return {
      configurations: [],
      facts: [],
      findings: [],
      rules: NOTHING_CONFIGURED,
      classifier,
      appraiser: undefined,
      usesIdentity: (resource) => resource === SECRETS,
    };
  }
  // Most of what it takes is loaded for those alone who give one.
  const { configuredInForce } = await import("./configured-in-force.ts");
  return configuredInForce(given, keys, moreNames);
}
