/** A place where a WAL file can't be read. */
export interface WalDamage {
  /** `cut`: the file ends there; `record`: what is there is wrong. */
  readonly kind: "cut" | "record";
  /** Bytes from the beginning of the file. */
  readonly offset: number;
  /** What is wrong, without the file's name. */
  readonly message: string;
}

/**
 * How a file ends. `complete`: with its last record, `offset` is its end. `torn`: with a record that was not written
 * whole, as a crash leaves one in the last file; `length` bytes from there on, up to the last that is not zero, are in
 * no whole record. `damaged`: `offset` is the first place that can't be read. `unfinished`: it was read up to `offset` only.
 */
export type WalEnd =
  | { readonly kind: "complete"; readonly offset: number }
  | { readonly kind: "torn"; readonly offset: number; readonly length: number }
  | { readonly kind: "damaged"; readonly offset: number }
  | { readonly kind: "unfinished"; readonly offset: number };
