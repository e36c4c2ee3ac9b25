import { KeyTable } from "../bytes/key-table.ts";
import { type EncryptedObject, HKDF_SEED } from "../classify/encrypted-object.ts";
import type { KmsProvider } from "../configuration/configuration.ts";
import type { DataKeys } from "../proof/kms-envelope.ts";
import { pluginIdentity } from "./kms-providers.ts";
import { decryptRequestV1, decryptRequestV2 } from "./messages.ts";

/** Ceilings of what is kept, whatever the data: each value could have a wrapped data key of its own. */
export interface WrappedDataKeyLimits {
  /** Distinct wrapped data keys: KMS v1 makes one for each write, and each costs a call. */
  readonly count: number;
  /** Of all requests together. */
  readonly bytes: number;
}

const DEFAULT_LIMITS: WrappedDataKeyLimits = { count: 100_000, bytes: 64 * 1024 * 1024 };

/** What one plugin would be asked. */
export interface DecryptRequests {
  readonly provider: KmsProvider;
  /** Distinct DecryptRequests. */
  readonly table: KeyTable;
  /** Whether a value was seen whose wrapped data key is a seed: then the API server writes no other kind. */
  readonly hasSeeds: boolean;
}

/**
 * First step of `--kms-decrypt`. Given to a `Keyring` as its data keys, this leaves every KMS value unattempted and keeps
 * what would have to be unwrapped, each wrapped data key once. `unwrapDataKeys` is the second step; in the third a Keyring
 * with what that returns goes over the values again.
 */
export class WrappedDataKeys implements DataKeys {
  /** Values whose wrapped data key was not kept, because a ceiling was reached. */
  notKept = 0;
  private readonly limits: WrappedDataKeyLimits;
  private readonly byPlugin = new Map<string, { provider: KmsProvider; table: KeyTable; hasSeeds: boolean }>();
  private count = 0;
  private bytes = 0;

  constructor(limits: Partial<WrappedDataKeyLimits> = {}) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** Distinct wrapped data keys kept. */
  get size(): number {
    return this.count;
  }

  /** What each plugin would be asked, in the order in which the plugins' values were met. */
  requests(): readonly DecryptRequests[] {
    return [...this.byPlugin.values()];
  }

  unwrapV1(provider: KmsProvider, wrappedDek: Uint8Array): "not-known" {
    this.keep(provider, decryptRequestV1(wrappedDek), false);
    return "not-known";
  }

  unwrapV2(provider: KmsProvider, object: EncryptedObject): "not-known" {
    this.keep(provider, decryptRequestV2(object), object.dekSourceType === HKDF_SEED);
    return "not-known";
  }

  currentKey(): undefined {
    return undefined;
  }

  private keep(provider: KmsProvider, request: Uint8Array, isSeed: boolean): void {
    const identity = pluginIdentity(provider);
    let plugin = this.byPlugin.get(identity);
    if (plugin === undefined) {
      plugin = { provider, table: new KeyTable(), hasSeeds: false };
      this.byPlugin.set(identity, plugin);
    }
    plugin.hasSeeds ||= isSeed;
    if (plugin.table.find(request, 0, request.length) !== undefined) return;
    if (this.count >= this.limits.count || this.bytes + request.length > this.limits.bytes) {
      this.notKept++;
      return;
    }
    plugin.table.intern(request, 0, request.length);
    this.count++;
    this.bytes += request.length;
  }
}
