import { createSecretKey, type KeyObject } from "node:crypto";
import type { SecretBytes } from "../configuration/secret-bytes.ts";

/** The form of a secret that node:crypto takes without copying it again for each value. */
export function keyObjectOf(secret: SecretBytes): KeyObject {
  return secret.expose((bytes) => createSecretKey(bytes));
}
