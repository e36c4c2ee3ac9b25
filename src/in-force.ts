import { Classifier, type KnownNames } from "./classify/classifier.ts";
import type { Configuration } from "./configuration/configuration.ts";
import { configuredNames } from "./configuration/configured-names.ts";
import { encryptedRules } from "./configuration/encrypted-rules.ts";
import { expectationFor } from "./configuration/expectation.ts";
import type { ConfigurationFacts } from "./model/configuration-facts.ts";
import type { ValueAppraiser } from "./model/standing.ts";
import { Appraiser } from "./proof/appraiser.ts";
import { Keyring, type KeyringOptions } from "./proof/keyring.ts";
import { type ReadConfigurations, readConfigurationsInForce, withoutConfiguration } from "./read-configurations.ts";
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
  if ("unencrypted" in given) return inForce(withoutConfiguration(given.unencrypted), keys, moreNames);
  if (given.length === 0) {
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
  return inForce(await readConfigurationsInForce(given), keys, moreNames);
}

function inForce(
  { accepted, facts, findings }: ReadConfigurations,
  keys: KeyringOptions,
  moreNames: KnownNames,
): InForce {
  const classifier = new Classifier(configuredNames(accepted, moreNames));
  const servers = accepted.map((configuration) => ({
    configuration,
    keyring: new Keyring(configuration, keys),
  }));
  const appraiser = new Appraiser(servers, classifier.classes);
  return {
    configurations: accepted,
    facts,
    findings,
    rules: encryptedRules(accepted),
    classifier,
    appraiser,
    usesIdentity: (resource) => accepted.some((each) => expectationFor(each, resource).kind !== "not-covered"),
  };
}
