import type { FileHandle } from "node:fs/promises";
import { type TrailingDigest, TrailingHash } from "../bytes/trailing-hash.ts";
import { fileFeed, readChunks } from "./chunk-feed.ts";

/** How much of a source is read at once, in bytes. */
export const CHUNK_LENGTH = 1024 * 1024;

/**
 * Hashes chunks beside their reading, and owns the buffers for them, so that none is overwritten too early. It either
 * reads a file itself, or takes what someone else reads.
 */
export interface ContentHash {
  /**
   * Reads a file from its beginning, hashes it and hands each chunk over, which is valid during the call only. Ends early
   * when the signal says so.
   * @throws InputFailed, once all that came before the failure has been handed over; whatever `onChunk` throws
   */
  readFile(handle: FileHandle, signal: AbortSignal, onChunk: (chunk: Uint8Array) => void): Promise<void>;
  /** A buffer of CHUNK_LENGTH bytes that nobody reads any more; waits for one when need be. */
  acquire(): Promise<Uint8Array>;
  /** Hashes the first `length` bytes of an acquired buffer. Chunks are hashed in the order of these calls. */
  update(buffer: Uint8Array, length: number): void;
  /** Gives an acquired buffer back; it is handed out again once it is hashed. */
  release(buffer: Uint8Array): void;
  /** Ends the hashing, whether or not all was read. */
  finish(): Promise<TrailingDigest>;
}

/** Hashes on the calling thread: best for small files, where starting a thread costs more. */
export class InlineContentHash implements ContentHash {
  private readonly hash = new TrailingHash();
  private readonly free: Uint8Array[] = [];

  async readFile(handle: FileHandle, signal: AbortSignal, onChunk: (chunk: Uint8Array) => void): Promise<void> {
    await readChunks(fileFeed(handle), this, signal, onChunk);
  }

  async acquire(): Promise<Uint8Array> {
    return this.free.pop() ?? new Uint8Array(CHUNK_LENGTH);
  }

  update(buffer: Uint8Array, length: number): void {
    this.hash.update(buffer.subarray(0, length));
  }

  release(buffer: Uint8Array): void {
    this.free.push(buffer);
  }

  async finish(): Promise<TrailingDigest> {
    return this.hash.digest();
  }
}
