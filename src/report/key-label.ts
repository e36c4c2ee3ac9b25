import { keyText } from "../model/key-reference.ts";
import type { ValueClass } from "../model/value-class.ts";
import { escapeForTerminal } from "./escape.ts";

/** Provider and key for people, safe to show: with the remote key's version where it is known. */
export function keyLabel(key: Pick<ValueClass, "provider" | "keyName" | "keyId" | "kekVersion">): string {
  const text = escapeForTerminal(keyText(key));
  return key.kekVersion === null ? text : `${text} (KEK ${escapeForTerminal(key.kekVersion)})`;
}
