import type { KeyTable } from "../bytes/key-table.ts";
import { type EncryptedObject, HKDF_SEED } from "../classify/encrypted-object.ts";
import type { KmsProvider } from "../configuration/configuration.ts";
import type { SecretBytes } from "../configuration/secret-bytes.ts";
import type { CurrentKmsKey, DataKeys, UnwrappedDek } from "../proof/kms-envelope.ts";
import { pluginIdentity } from "./kms-providers.ts";
import { decryptRequestV1, decryptRequestV2 } from "./messages.ts";
import type { KmsPluginError } from "./plugin-error.ts";

/** What a plugin made of its wrapped data keys. */
export interface AskedPlugin {
  readonly provider: KmsProvider;
  /** Its DecryptRequests; the number of one is the place of its answer in `keys`. */
  readonly table: KeyTable;
  readonly keys: readonly UnwrappedDek[];
  readonly currentKey: CurrentKmsKey | undefined;
  /** The first failure, refusals included; null where all went well. */
  readonly error: KmsPluginError | null;
}

/** How many wrapped data keys a plugin unwrapped, refused, or could not be asked for. */
export interface UnwrapCounts {
  readonly provider: KmsProvider;
  readonly unwrapped: number;
  readonly refused: number;
  readonly notAsked: number;
  readonly error: KmsPluginError | null;
}

/** Bytes of a seed, at least (apiserver encrypt/aes/aes_extended_nonce.go: MinSeedSizeExtendedNonceGCM). */
const SHORTEST_SEED = 32;
/** Bytes of a key that is used as it is. */
const AES_KEY_LENGTHS: readonly number[] = [16, 24, 32];

/** Third step of `--kms-decrypt`: the data keys from memory, for a `Keyring`. To be wiped when the values are proven. */
export class UnwrappedDataKeys implements DataKeys {
  /** Values whose wrapped data key was not kept in the first step: they stay unattempted. */
  readonly notKept: number;
  private readonly plugins: ReadonlyMap<string, AskedPlugin>;

  constructor(plugins: readonly AskedPlugin[], notKept: number) {
    this.plugins = new Map(plugins.map((plugin) => [pluginIdentity(plugin.provider), plugin]));
    this.notKept = notKept;
  }

  unwrapV1(provider: KmsProvider, wrappedDek: Uint8Array): UnwrappedDek {
    return this.answerTo(provider, decryptRequestV1(wrappedDek));
  }

  unwrapV2(provider: KmsProvider, object: EncryptedObject): UnwrappedDek {
    const key = this.answerTo(provider, decryptRequestV2(object));
    if (typeof key !== "object") return key;
    const isUsable =
      object.dekSourceType === HKDF_SEED ? key.length >= SHORTEST_SEED : AES_KEY_LENGTHS.includes(key.length);
    return isUsable ? key : "refused";
  }

  currentKey(provider: KmsProvider): CurrentKmsKey | undefined {
    return this.plugins.get(pluginIdentity(provider))?.currentKey;
  }

  /** What became of the wrapped data keys, a line for each plugin that was asked for any. */
  counts(): readonly UnwrapCounts[] {
    return [...this.plugins.values()].map(({ provider, keys, error }) => {
      const refused = keys.filter((key) => key === "refused").length;
      const notAsked = keys.filter((key) => key === "not-known").length;
      return { provider, unwrapped: keys.length - refused - notAsked, refused, notAsked, error };
    });
  }

  /** Overwrites every data key. Nothing can be opened with them afterwards. */
  wipe(): void {
    for (const { keys } of this.plugins.values()) for (const key of keys) wipeKey(key);
  }

  private answerTo(provider: KmsProvider, request: Uint8Array): UnwrappedDek {
    const plugin = this.plugins.get(pluginIdentity(provider));
    const number = plugin?.table.find(request, 0, request.length);
    return number === undefined ? "not-known" : (plugin?.keys[number] ?? "not-known");
  }
}

function wipeKey(key: SecretBytes | "refused" | "not-known"): void {
  if (typeof key === "object") key.wipe();
}
