import type { TrailingDigest } from "../bytes/trailing-hash.ts";

/** To the hashing thread: buffers are named by their number. */
export type HashRequest =
  /** Fill the buffer with the next bytes of the file that this descriptor is of, answer, and then hash them. */
  { readonly kind: "read"; readonly descriptor: number; readonly buffer: number } | { readonly kind: "finish" };

/** From the hashing thread. */
export type HashReply =
  /** `length` is 0 at the end of the file. */
  | { readonly kind: "read"; readonly buffer: number; readonly length: number }
  /** The file can't be read on; `code` is the system's, such as EIO. */
  | { readonly kind: "read-failed"; readonly code: string; readonly message: string }
  | { readonly kind: "digest"; readonly digest: TrailingDigest };
