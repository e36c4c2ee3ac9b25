import type { KeyObject } from "node:crypto";
import type { Configuration, ConfiguredProvider, LocalKey, LocalProvider } from "../configuration/configuration.ts";
import { SecretBytes } from "../configuration/secret-bytes.ts";
import { keyObjectOf } from "../proof/key-object.ts";

/** A configuration on its way to another thread: its keys in the one form of node:crypto that threads can share. */
export interface PortableConfiguration {
  readonly rules: readonly {
    readonly resource: string;
    readonly line: number;
    readonly providers: readonly PortableProvider[];
  }[];
}

type PortableKey = Omit<LocalKey, "secret"> & { readonly secret: KeyObject };
type PortableProvider =
  | Exclude<ConfiguredProvider, LocalProvider>
  | (Omit<LocalProvider, "keys"> & { readonly keys: readonly PortableKey[] });

/** What another thread needs of a configuration in order to open values. No key is copied. */
export function toPortable({ rules }: Pick<Configuration, "rules">): PortableConfiguration {
  return mapProviders(rules, (provider: ConfiguredProvider): PortableProvider => {
    if (!("keys" in provider)) return provider;
    return { ...provider, keys: provider.keys.map((key) => ({ ...key, secret: keyObjectOf(key.secret) })) };
  });
}

/** The rules as they were, in the other thread. */
export function fromPortable({ rules }: PortableConfiguration): Pick<Configuration, "rules"> {
  return mapProviders(rules, (provider: PortableProvider): ConfiguredProvider => {
    if (!("keys" in provider)) return provider;
    return {
      ...provider,
      keys: provider.keys.map((key) => ({ ...key, secret: new SecretBytes(key.secret.export()) })),
    };
  });
}

/** One provider stands in every rule of its block: so does what is made of it. */
function mapProviders<From extends object, To>(
  rules: readonly { readonly resource: string; readonly line: number; readonly providers: readonly From[] }[],
  map: (provider: From) => To,
) {
  const made = new Map(
    rules.flatMap((rule) => rule.providers.map((provider) => [provider, undefined as To | undefined])),
  );
  const once = (provider: From): To => {
    const known = made.get(provider) ?? map(provider);
    made.set(provider, known);
    return known;
  };
  return { rules: rules.map((rule) => ({ ...rule, providers: rule.providers.map(once) })) };
}
