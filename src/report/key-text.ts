import type { Provider } from "../model/value-class.ts";

/** What names the key that a value is stored under; null where the stored bytes do not tell. */
export interface KeyIdentity {
  readonly provider: Provider | null;
  readonly keyName: string | null;
  readonly keyId: string | null;
  readonly kekVersion: string | null;
}

/**
 * A key in text form, the form the command line takes: `PROVIDER/NAME[@ID]`, or `identity`.
 * A provider alone where the bytes name no key; `unknown provider` where no known provider wrote them.
 * The name is as stored: escape it for where it goes.
 */
export function keyText(key: Omit<KeyIdentity, "kekVersion">): string {
  if (key.provider === null) return "unknown provider";
  const name = key.keyName === null || key.keyName === "" ? "" : `/${key.keyName}`;
  return key.provider + name + (key.keyId === null ? "" : `@${key.keyId}`);
}
