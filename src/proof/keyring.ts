import { type EncryptingProvider, PROVIDER_FORMS } from "../classify/providers.ts";
import type { Configuration, ConfiguredProvider, ResourceRule } from "../configuration/configuration.ts";
import { ruleFor } from "../configuration/expectation.ts";
import type { KeyReference } from "../model/key-reference.ts";
import { aesCbcOpener } from "./aes-cbc.ts";
import { aesGcmOpener } from "./aes-gcm.ts";
import { type DataKeys, kmsOpener } from "./kms-envelope.ts";
import type { ValueOpener } from "./opening.ts";
import { type ReaderEntry, ResourceReader } from "./resource-reader.ts";
import { secretboxOpener } from "./secretbox.ts";

/** What makes the key of a local provider ready for use. */
const LOCAL_OPENERS = { aescbc: aesCbcOpener, aesgcm: aesGcmOpener, secretbox: secretboxOpener } as const;

/** What a keyring may do. */
export interface KeyringOptions {
  /** Whether values are opened; else what fits by its prefix is not attempted. Default: true. */
  readonly decrypts?: boolean;
  /** What a plugin has unwrapped; without it KMS values are not attempted. */
  readonly dataKeys?: DataKeys | undefined;
}

/** In place of every key where nothing is to be opened. */
const NOT_ATTEMPTED: ValueOpener = { open: () => "not-attempted" };

/** The keys of one configuration, ready to open values: set up once, then used for every value. */
export class Keyring {
  private readonly configuration: Pick<Configuration, "rules">;
  private readonly decrypts: boolean;
  private readonly dataKeys: DataKeys | undefined;
  private readonly readers = new Map<ResourceRule | undefined | null, ResourceReader>();
  private readonly entries = new Map<ConfiguredProvider, readonly ReaderEntry[]>();

  constructor(configuration: Pick<Configuration, "rules">, { decrypts = true, dataKeys }: KeyringOptions = {}) {
    this.configuration = configuration;
    this.decrypts = decrypts;
    this.dataKeys = dataKeys;
  }

  /**
   * What reads the values of a resource (`name` or `name.group`); the same for all that share a rule. For values that
   * belong to no resource (null): what tries every key of every rule.
   */
  readerFor(resource: string | null): ResourceReader {
    const rule = resource === null ? null : ruleFor(this.configuration, resource);
    let reader = this.readers.get(rule);
    if (reader === undefined) {
      reader = new ResourceReader(this.providersOf(rule).map((one) => this.entriesOf(one)));
      this.readers.set(rule, reader);
    }
    return reader;
  }

  private providersOf(rule: ResourceRule | undefined | null): readonly ConfiguredProvider[] {
    if (rule === null) return [...new Set(this.configuration.rules.flatMap(({ providers }) => providers))];
    return rule?.providers ?? [{ kind: "identity", line: 0 }];
  }

  private entriesOf(provider: ConfiguredProvider): readonly ReaderEntry[] {
    let entries = this.entries.get(provider);
    if (entries === undefined) {
      entries = this.makeEntries(provider);
      this.entries.set(provider, entries);
    }
    return entries;
  }

  private makeEntries(provider: ConfiguredProvider): readonly ReaderEntry[] {
    switch (provider.kind) {
      case "identity":
        return [{ kind: "identity" }];
      case "kms-v1":
      case "kms-v2":
        return [
          cipherEntry(
            { provider: provider.kind, name: provider.name },
            this.openerOf(() => kmsOpener(provider, this.dataKeys)),
          ),
        ];
      case "aescbc":
      case "aesgcm":
      case "secretbox":
        return provider.keys.map(({ name, secret }) =>
          cipherEntry(
            { provider: provider.kind, name },
            this.openerOf(() => LOCAL_OPENERS[provider.kind](secret)),
          ),
        );
    }
  }

  private openerOf(make: () => ValueOpener): ValueOpener {
    return this.decrypts ? make() : NOT_ATTEMPTED;
  }
}

function cipherEntry(key: KeyReference & { readonly provider: EncryptingProvider }, opener: ValueOpener): ReaderEntry {
  const prefix = Buffer.concat([PROVIDER_FORMS[key.provider].prefix, Buffer.from(`${key.name}:`, "utf8")]);
  return { kind: "cipher", key, prefix, opener };
}
