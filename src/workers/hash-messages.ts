import type { TrailingDigest } from "../bytes/trailing-hash.ts";

/** To the hashing thread: buffers are named by their number. */
export type HashRequest =
  | { readonly kind: "hash"; readonly buffer: number; readonly length: number }
  | { readonly kind: "finish" };

/** From the hashing thread. */
export type HashReply =
  | { readonly kind: "hashed"; readonly buffer: number }
  | { readonly kind: "digest"; readonly digest: TrailingDigest };
