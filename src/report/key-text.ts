import type { KeyIdentity } from "../model/key-reference.ts";

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
