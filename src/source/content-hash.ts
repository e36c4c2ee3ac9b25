import { type TrailingDigest, TrailingHash } from "../bytes/trailing-hash.ts";
import { CHUNK_COUNT, CHUNK_LENGTH, type ChunkMemory } from "./page-window.ts";

/** Hashes the chunks of a window, one after the other and round and round. */
export interface ContentHash {
  /** Resolves when the next chunk may be filled. */
  room(): Promise<void>;
  /** Hashes the first bytes of that chunk, in which nothing is changed any more. */
  update(length: number): void;
  /** Ends the hashing, whether or not all was read; the same again when it is asked again. */
  finish(): Promise<TrailingDigest>;
}

/** Makes the hash for so many bytes, null where that is not known, whose chunks lie there. */
export type OpenHash = (size: number | null, chunks: ChunkMemory) => ContentHash;

/** Hashes on the calling thread: best for small files, where starting a thread costs more. */
export class InlineContentHash implements ContentHash {
  private readonly hash = new TrailingHash();
  private readonly chunks: ChunkMemory;
  private hashed = 0;
  private digest: TrailingDigest | undefined;

  constructor(chunks: ChunkMemory) {
    this.chunks = chunks;
  }

  async room(): Promise<void> {}

  update(length: number): void {
    const { buffer, offset } = this.chunks;
    this.hash.update(new Uint8Array(buffer, offset + (this.hashed % CHUNK_COUNT) * CHUNK_LENGTH, length));
    this.hashed++;
  }

  async finish(): Promise<TrailingDigest> {
    this.digest ??= this.hash.digest();
    return this.digest;
  }
}
