import type { KeyReference } from "./key-reference.ts";

/**
 * What the keys in force make of a stored value, as the API server would: it opens under the write key, under another
 * one, or not at all. Where several servers have different configurations: what the worst of them makes of it.
 */
export type Outcome =
  | "current"
  /** Readable, and not as it would be written now. */
  | "stale"
  /** No provider or key in force has its prefix; of plaintext: identity is not among the providers. */
  | "no-key"
  /** The key of that name does not open it. */
  | "wrong-key"
  /** Read, but no object that the API server can decode. */
  | "no-object";

/** How far that was proven: authenticated, decrypted to what looks right, or told by names alone. */
export type Proof = "verified" | "plausible" | "none";

/** The outcome for one value; shared by all values of one class for which it is the same. */
export interface Standing {
  readonly outcome: Outcome;
  readonly proof: Proof;
  /** The key that opens it or, where none does, that was tried; null: none was, or it is not encrypted. */
  readonly key: KeyReference | null;
  /** What the resource is written with now. */
  readonly writeKey: KeyReference;
}

/** In place of a class with its standing: opening the value takes a while, and `settleOldest` tells. */
export const PENDING = 0xfffffffe;

/** Asks of each value what the keys in force make of it. Some answers come later, in the order of the questions. */
export interface ValueAppraiser {
  /** Whether another value may be appraised; if not, `settleOldest` comes first. */
  readonly hasRoom: boolean;
  /**
   * The number of the value's class together with its standing, or `PENDING`. The bytes are not needed after it.
   * @param resource `resource` or `resource.group`; null of a key that no API server would decrypt
   * @param valueClass the number of its class
   * @param etcdKey the whole key, which some providers authenticate
   * @param length of the value at `offset`, in bytes
   */
  appraise(
    resource: string | null,
    valueClass: number,
    etcdKey: Uint8Array,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): number;
  /**
   * The same for the value that has been pending longest; waits for it.
   * @throws RangeError when none is
   */
  settleOldest(): number;
  /** Ends what runs beside; none must be pending. What is appraised later begins it anew. */
  release(): void;
}
