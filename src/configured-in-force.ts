import { Classifier, type KnownNames } from "./classify/classifier.ts";
import { configuredNames } from "./configuration/configured-names.ts";
import { encryptedRules } from "./configuration/encrypted-rules.ts";
import { expectationFor } from "./configuration/expectation.ts";
import type { ConfigurationsInForce, InForce } from "./in-force.ts";
import { Appraiser } from "./proof/appraiser.ts";
import { Keyring, type KeyringOptions } from "./proof/keyring.ts";
import { readConfigurationsInForce, withoutConfiguration } from "./read-configurations.ts";
import { ProofPool } from "./workers/proof-pool.ts";

/**
 * Reads the configurations that were given, and makes their keys ready.
 * @throws AuditError when a file can't be read, or the API server refuses it
 */
export async function configuredInForce(
  given: ConfigurationsInForce,
  keys: KeyringOptions,
  moreNames: KnownNames,
): Promise<InForce> {
  const { accepted, facts, findings } =
    "unencrypted" in given ? withoutConfiguration(given.unencrypted) : await readConfigurationsInForce(given);
  const classifier = new Classifier(configuredNames(accepted, moreNames));
  const servers = accepted.map((configuration) => ({
    configuration,
    keyring: new Keyring(configuration, keys),
  }));
  // Without opening anything there is nothing to be done beside the reading.
  const openQueue = keys.decrypts === false ? undefined : () => new ProofPool(servers);
  const appraiser = new Appraiser(servers, classifier.classes, openQueue);
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
