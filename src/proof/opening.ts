/**
 * What became of one attempt to open a value with one key. The failures are those of the API server's transformers
 * (apiserver pkg/storage/value/encrypt), with one of ours: `content`, where padding is right by chance.
 */
export const OPENINGS = [
  /** Authenticated: these bytes were written with this key. */
  "verified",
  /** Authenticated, and not as the plugin would write it now. */
  "verified-stale",
  /** Padding and content are right; AES-CBC has no more to offer. */
  "plausible",
  "plausible-stale",
  /** A KMS wrapped the data key, and it is not known. */
  "not-attempted",
  "too-short",
  "not-in-blocks",
  "padding",
  /** Padding is right and what it pads is no object: the API server reads it and can't decode it. */
  "content",
  "authentication",
  /** The parts around a wrapped data key are not as a KMS provider writes them. */
  "envelope",
  /** The plugin does not unwrap the data key. */
  "unwrap-refused",
] as const;
export type Opening = (typeof OPENINGS)[number];

/** Why a key that is there does not open a value. */
export type OpeningFailure = Exclude<
  Opening,
  "verified" | "verified-stale" | "plausible" | "plausible-stale" | "not-attempted"
>;

/** One key, ready to open values. */
export interface ValueOpener {
  /**
   * Tries the body of a value, the bytes after its prefix and name from `offset` to `end`. Whatever it decrypts is wiped
   * before it returns.
   */
  open(bytes: Uint8Array, offset: number, end: number, etcdKey: Uint8Array): Opening;
}
