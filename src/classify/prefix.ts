import type { Malformation, Provider } from "../model/value-class.ts";
import type { BodyForm } from "./value-form.ts";

/** Every value that a transformer other than identity writes begins so (apiserver encryptionconfig/config.go). */
export const ENCRYPTED_PREFIX = Buffer.from("k8s:enc:", "latin1");
export const COLON = 0x3a;

/** What the body of a value says, once its provider and name are known. */
export interface BodyReading {
  readonly malformation: Malformation | null;
  readonly keyId: string | null;
  readonly kekVersion: KekVersion | null;
}

/** Which remote key wrapped the data key, as far as the bytes show it. */
export type KekVersion =
  | { readonly kind: "named"; readonly version: string }
  /** Perhaps constant: only other values can tell. `wrappedDek` is the whole of what the header heads. */
  | { readonly kind: "header"; readonly header: string; readonly wrappedDek: Uint8Array };

/** How the values of one provider are told and checked. Nothing here looks at `bytes` outside `offset` to `end`. */
export interface EncryptedProvider {
  readonly provider: Exclude<Provider, "identity">;
  /** The transformer prefix up to the name. */
  readonly prefix: Uint8Array;
  /** Where the name ends: the offset of its colon, or -1. */
  nameEnd(bytes: Uint8Array, offset: number, end: number): number;
  /** What sound bodies are like that need not be read to tell their class; null where all must be. */
  readonly form: BodyForm | null;
  /** Reads what follows the name's colon; never throws. */
  readBody(bytes: Uint8Array, offset: number, end: number): BodyReading;
}

/** The text up to the first colon: exact for every name that holds none. */
export function firstColon(bytes: Uint8Array, offset: number, end: number): number {
  for (let index = offset; index < end; index++) if (bytes[index] === COLON) return index;
  return -1;
}

/** A body that says no more than that its provider may have written it. */
export const SOUND_BODY: BodyReading = { malformation: null, keyId: null, kekVersion: null };

/** A body that the provider can't have written. */
export function malformedBody(malformation: Malformation, keyId: string | null = null): BodyReading {
  return { malformation, keyId, kekVersion: null };
}
