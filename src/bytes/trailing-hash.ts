import { createHash } from "node:crypto";

/** Bytes of the SHA-256 that ends a snapshot file. */
export const TRAILER_LENGTH = 32;

/** What a TrailingHash found, as lower-case hex. */
export interface TrailingDigest {
  /** SHA-256 of all bytes. */
  readonly whole: string;
  /** SHA-256 of all bytes but the last 32. */
  readonly withoutTrailer: string;
  /** The last 32 bytes themselves. */
  readonly trailer: string;
}

/** SHA-256 over bytes that come in pieces, of which the last 32 may be a SHA-256 of the rest. */
export class TrailingHash {
  private readonly hash = createHash("sha256");
  private held: Buffer = Buffer.alloc(0);

  /** Takes the next bytes; they may be overwritten once this returns. */
  update(bytes: Uint8Array): void {
    const kept = Math.min(bytes.length, TRAILER_LENGTH);
    const excess = this.held.length + kept - TRAILER_LENGTH;
    if (excess > 0) {
      this.hash.update(this.held.subarray(0, excess));
      this.held = this.held.subarray(excess);
    }
    this.hash.update(bytes.subarray(0, bytes.length - kept));
    this.held = Buffer.concat([this.held, bytes.subarray(bytes.length - kept)]);
  }

  digest(): TrailingDigest {
    const withoutTrailer = this.hash.copy().digest("hex");
    return { whole: this.hash.update(this.held).digest("hex"), withoutTrailer, trailer: this.held.toString("hex") };
  }
}
