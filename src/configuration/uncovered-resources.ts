import type { ConfigurationDetail } from "../model/finding.ts";
import type { Configuration } from "./configuration.ts";
import { expectationFor } from "./expectation.ts";

/** Resources that often hold credentials besides secrets, and in what. */
const CREDENTIAL_RESOURCES: ReadonlyMap<string, string> = new Map([
  ["configmaps", "settings of applications with passwords and connection strings in them"],
  ["routes.route.openshift.io", "private keys of TLS certificates"],
  ["oauthaccesstokens.oauth.openshift.io", "access tokens"],
  ["oauthauthorizetokens.oauth.openshift.io", "authorization tokens"],
]);

/** Stored resources that often hold credentials and that a configuration writes as they are. */
export function uncoveredResources(
  configurations: readonly Configuration[],
  stored: readonly string[],
): readonly ConfigurationDetail[] {
  return configurations.flatMap((configuration) =>
    [...CREDENTIAL_RESOURCES].flatMap(([resource, content]) => {
      const expectation = expectationFor(configuration, resource);
      if (!stored.includes(resource) || expectation.kind === "encrypt") return [];
      const line = expectation.kind === "identity" ? expectation.line : configuration.resourcesLine;
      return [
        {
          file: configuration.path,
          line,
          resource,
          key: null,
          identity: resource,
          message: `${resource} are stored and not encrypted; they often hold ${content}`,
          remedy: `name ${resource} among the resources of a rule that encrypts, if they do here`,
        },
      ];
    }),
  );
}
