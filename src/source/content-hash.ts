import type { FileHandle } from "node:fs/promises";
import { type TrailingDigest, TrailingHash } from "../bytes/trailing-hash.ts";
import { InputFailed } from "./input-failed.ts";

/** How much of a file is read at once, in bytes. */
export const CHUNK_LENGTH = 1024 * 1024;

/** Reads a file and hashes it: what is hashed is what is handed over. */
export interface ContentHash {
  /**
   * Reads a file from its beginning, hashes it and hands each chunk over, which is valid during the call only. Ends early
   * when the signal says so.
   * @throws InputFailed, once all that came before the failure has been handed over; whatever `onChunk` throws
   */
  readFile(handle: FileHandle, signal: AbortSignal, onChunk: (chunk: Uint8Array) => void): Promise<void>;
  /** Ends the hashing, whether or not all was read. */
  finish(): Promise<TrailingDigest>;
}

/** Hashes on the calling thread: best for small files, where starting a thread costs more. */
export class InlineContentHash implements ContentHash {
  private readonly hash = new TrailingHash();

  async readFile(handle: FileHandle, signal: AbortSignal, onChunk: (chunk: Uint8Array) => void): Promise<void> {
    const buffer = new Uint8Array(CHUNK_LENGTH);
    for (let position = 0; ; ) {
      const length = await fill(handle, buffer, position);
      if (length === 0 || signal.aborted) return;
      position += length;
      const chunk = buffer.subarray(0, length);
      this.hash.update(chunk);
      onChunk(chunk);
    }
  }

  async finish(): Promise<TrailingDigest> {
    return this.hash.digest();
  }
}

/** Fills the buffer but at the end of the file. What came before a failure is given first: the next call meets it. */
async function fill(handle: FileHandle, buffer: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  try {
    while (filled < buffer.length) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
  } catch (cause) {
    if (filled === 0) throw new InputFailed(cause);
  }
  return filled;
}
