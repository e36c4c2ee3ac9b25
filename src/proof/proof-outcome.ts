import type { KeyReference } from "../model/key-reference.ts";
import type { OpeningFailure } from "./opening.ts";

/** Whether the providers in force open a stored value. It says what the value is, never what it holds. */
export type ProofOutcome =
  /** Authenticated under `key`. Stale: readable, and a write would use another key. */
  | { readonly kind: "verified"; readonly key: KeyReference; readonly stale: boolean }
  /** Decrypted under `key` to what looks right: AES-CBC proves no more. */
  | { readonly kind: "plausible"; readonly key: KeyReference; readonly stale: boolean }
  /**
   * Not encrypted, and identity is among the providers. Stale: a write would encrypt. `isObject` is false where the API
   * server passes the bytes on and then can't decode them.
   */
  | { readonly kind: "plaintext"; readonly stale: boolean; readonly isObject: boolean }
  /** A key of that name is there and does not open it. */
  | { readonly kind: "wrong-key"; readonly key: KeyReference; readonly reason: OpeningFailure }
  /** No provider or key fits its prefix; of plaintext: identity is not among the providers. */
  | { readonly kind: "no-key" }
  /** A KMS plugin would have to be asked. `stale` is by position only. */
  | { readonly kind: "not-attempted"; readonly key: KeyReference; readonly stale: boolean };
