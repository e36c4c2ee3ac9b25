import { setImmediate as turn } from "node:timers/promises";
import { type TrailingDigest, TrailingHash } from "../bytes/trailing-hash.ts";
import { InputFailed } from "./input-failed.ts";
import type { SeekableFile } from "./seekable-file.ts";

/** Bytes that are read at once: few enough that they are still near when they are looked at. */
export const CHUNK_LENGTH = 256 * 1024;
/** Chunks after which signals are heard of: some milliseconds. */
const CHUNKS_IN_A_TURN = 32;

/** Hashes the chunks of a file. */
export interface ContentHash {
  /** Where the next chunk is to be put. */
  nextBuffer(): Promise<Uint8Array>;
  /** Hashes the first bytes of that buffer, in which nothing may be changed any more. */
  update(length: number): void;
  /** Ends the hashing, whether or not all was read. */
  finish(): Promise<TrailingDigest>;
}

/** Hashes on the calling thread: best for small files, where starting a thread costs more. */
export class InlineContentHash implements ContentHash {
  private readonly hash = new TrailingHash();
  private readonly buffer = new Uint8Array(CHUNK_LENGTH);

  async nextBuffer(): Promise<Uint8Array> {
    return this.buffer;
  }

  update(length: number): void {
    this.hash.update(this.buffer.subarray(0, length));
  }

  async finish(): Promise<TrailingDigest> {
    return this.hash.digest();
  }
}

/**
 * Reads a file from its beginning, hashes it and hands each chunk over, which is valid during the call only: what is
 * hashed is what is handed over. Ends early when the signal says so.
 * @throws InputFailed, once all that came before the failure has been handed over; whatever `onChunk` and the hash throw
 */
export async function readThrough(
  file: SeekableFile,
  hash: ContentHash,
  signal: AbortSignal,
  onChunk: (chunk: Uint8Array) => void,
): Promise<void> {
  let position = 0;
  for (let chunks = 1; ; chunks++) {
    if (chunks % CHUNKS_IN_A_TURN === 0) await turn();
    const buffer = await hash.nextBuffer();
    const length = fill(file, buffer, position);
    if (length === 0 || signal.aborted) return;
    position += length;
    hash.update(length);
    onChunk(buffer.subarray(0, length));
  }
}

/** Fills the buffer but at the end of the file. What came before a failure is given first: the next call meets it. */
function fill(file: SeekableFile, buffer: Uint8Array, position: number): number {
  let filled = 0;
  try {
    while (filled < buffer.length) {
      const length = file.readNow(filled === 0 ? buffer : buffer.subarray(filled), position + filled);
      if (length === 0) break;
      filled += length;
    }
  } catch (cause) {
    if (filled === 0) throw new InputFailed(cause);
  }
  return filled;
}
