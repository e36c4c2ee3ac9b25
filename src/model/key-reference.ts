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
export function referenceText(key: KeyReference): string {
  return key.name === null ? key.provider : `${key.provider}/${key.name}`;
}

/**
 * A key in text form, the form the command line takes: `PROVIDER/NAME[@ID]`, or `identity`.
 * A provider alone where the bytes name no key; `unknown provider` where no known provider wrote them.
 * The name is as stored: escape it for where it goes.
 */
export function keyText(key: KeyIdentity): string {
  if (key.provider === null) return "unknown provider";
  const name = key.keyName === null || key.keyName === "" ? "" : `/${key.keyName}`;
  return key.provider + name + (key.keyId === null ? "" : `@${key.keyId}`);
}
