import { EtcdClientError } from "../../etcd/client/client-error.ts";
import type { EtcdClient } from "../../etcd/client/etcd-client.ts";
import type { KeyRange, WantedRanges } from "../../model/key-range.ts";

/** Whether etcd said that the user may not read a key. */
export function isPermissionDenied(error: unknown): error is EtcdClientError {
  return error instanceof EtcdClientError && error.code === "permission-denied";
}

/** Waits for a request that may be refused; any other failure is thrown on. */
export async function isRefused(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return false;
  } catch (error) {
    if (isPermissionDenied(error)) return true;
    throw error;
  }
}

/** A key by which the store itself can be asked about, with the revision at that moment, or the refusal of the first. */
export type Probe =
  | { readonly kind: "readable"; readonly key: Uint8Array; readonly revision: number }
  | { readonly kind: "refused"; readonly range: KeyRange; readonly error: EtcdClientError };

/** Finds a key that the user may read, holding no value: where any wanted range begins. */
export async function findProbe(client: EtcdClient, wanted: WantedRanges, serializable: boolean): Promise<Probe> {
  let first: Probe | undefined;
  for (const range of wanted.prefixes.flatMap(({ values }) => values)) {
    try {
      return await askAt(client, range.key, serializable);
    } catch (error) {
      if (!isPermissionDenied(error)) throw error;
      first ??= { kind: "refused", range, error };
    }
  }
  return first ?? (await askAt(client, Uint8Array.of(0), serializable));
}

async function askAt(client: EtcdClient, key: Uint8Array, serializable: boolean): Promise<Probe> {
  const { revision } = await client.head(key, serializable);
  return { kind: "readable", key, revision };
}

/** Where a range begins, for a message. */
export function rangeWords({ key }: KeyRange): string {
  return key.every((byte) => byte === 0) ? "every key" : Buffer.from(key).toString();
}
