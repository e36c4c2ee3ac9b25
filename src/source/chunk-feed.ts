import type { FileHandle } from "node:fs/promises";
import type { ContentHash } from "./content-hash.ts";

/** Fills buffers with the next bytes of a file or stream. */
export interface ChunkFeed {
  /** Fills the whole buffer but at the end of the data; returns how many bytes it holds. */
  fill(buffer: Uint8Array): Promise<number>;
}

/** Reads a file from its beginning. */
export function fileFeed(handle: FileHandle): ChunkFeed {
  let position = 0;
  return {
    async fill(buffer) {
      let filled = 0;
      while (filled < buffer.length) {
        const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position);
        if (bytesRead === 0) break;
        filled += bytesRead;
        position += bytesRead;
      }
      return filled;
    },
  };
}

/** Reads a stream that comes in pieces of any size. */
export function streamFeed(stream: AsyncIterator<Uint8Array>): ChunkFeed {
  let rest: Uint8Array = new Uint8Array(0);
  return {
    async fill(buffer) {
      let filled = 0;
      while (filled < buffer.length) {
        if (rest.length === 0) {
          const next = await stream.next();
          if (next.done === true) break;
          rest = next.value;
          continue;
        }
        const taken = rest.subarray(0, buffer.length - filled);
        buffer.set(taken, filled);
        filled += taken.length;
        rest = rest.subarray(taken.length);
      }
      return filled;
    },
  };
}

/**
 * Reads all of a feed: each chunk is hashed, and handed to `onChunk` while the next one is being read.
 * Returns how many bytes there were. Ends early when the signal says so.
 */
export async function readChunks(
  feed: ChunkFeed,
  hash: ContentHash,
  signal: AbortSignal,
  onChunk: (chunk: Uint8Array) => Promise<void> | void,
): Promise<number> {
  const readNext = () => {
    const next = hash.acquire().then(async (buffer) => ({ buffer, length: await feed.fill(buffer) }));
    // Its error is thrown where it is awaited; when `onChunk` throws first, nobody awaits it.
    next.catch(() => undefined);
    return next;
  };
  let total = 0;
  let ahead = readNext();
  for (;;) {
    const { buffer, length } = await ahead;
    if (length === 0 || signal.aborted) return total;
    const isLast = length < buffer.length;
    if (!isLast) ahead = readNext();
    hash.update(buffer, length);
    total += length;
    await onChunk(buffer.subarray(0, length));
    hash.release(buffer);
    if (isLast) return total;
  }
}
