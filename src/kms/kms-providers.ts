import type { Configuration, KmsProvider } from "../configuration/configuration.ts";

/** Equal for providers that mean the same plugin: those of several API servers' files, or of several blocks of one. */
export function pluginIdentity({ kind, name, endpoint }: KmsProvider): string {
  return JSON.stringify([kind, name, endpoint]);
}

/** The KMS providers of the configurations, each plugin once, in the order of the files. */
export function kmsProvidersOf(configurations: readonly Configuration[]): readonly KmsProvider[] {
  const byIdentity = new Map<string, KmsProvider>();
  const providers = configurations.flatMap(({ rules }) => rules.flatMap((rule) => rule.providers));
  for (const provider of providers) {
    if (provider.kind !== "kms-v1" && provider.kind !== "kms-v2") continue;
    const identity = pluginIdentity(provider);
    if (!byIdentity.has(identity)) byIdentity.set(identity, provider);
  }
  return [...byIdentity.values()];
}
