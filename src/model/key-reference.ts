import type { Provider } from "./value-class.ts";

/** The name of one key of one provider. */
export interface KeyReference {
  readonly provider: Provider;
  /** Null for identity. */
  readonly name: string | null;
}

/** A key as stored values name it; null where the bytes do not tell. */
export interface KeyIdentity {
  readonly provider: Provider | null;
  readonly keyName: string | null;
  readonly keyId: string | null;
}

/** The text form of a key: `PROVIDER/NAME`, or `identity`. */
export function keyText(key: KeyReference): string {
  return key.name === null ? key.provider : `${key.provider}/${key.name}`;
}
