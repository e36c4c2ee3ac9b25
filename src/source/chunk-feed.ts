import type { FileHandle } from "node:fs/promises";
import { systemCode } from "../errors.ts";
import type { ContentHash } from "./content-hash.ts";

/** The input could not be read on: what was read of it until then counts. `cause` is the failure itself. */
export class InputFailed extends Error {
  /** The system's or zlib's code of the failure, such as EIO. */
  get code(): string {
    return systemCode(this.cause);
  }
}

/** Fills buffers with the next bytes of a file or stream. */
export interface ChunkFeed {
  /**
   * Fills the whole buffer but at the end of the data; returns how many bytes it holds, 0 when there are no more.
   * @throws InputFailed, once all that came before the failure has been given
   */
  fill(buffer: Uint8Array): Promise<number>;
}

/** Reads a file from its beginning. */
export function fileFeed(handle: FileHandle): ChunkFeed {
  let position = 0;
  return feedOf(async (buffer) => {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    position += bytesRead;
    return bytesRead;
  });
}

/** Reads a stream that comes in pieces of any size. */
export function streamFeed(stream: AsyncIterator<Uint8Array>): ChunkFeed {
  let rest: Uint8Array = new Uint8Array(0);
  return feedOf(async (buffer) => {
    while (rest.length === 0) {
      const next = await stream.next();
      if (next.done === true) return 0;
      rest = next.value;
    }
    const taken = rest.subarray(0, buffer.length);
    buffer.set(taken);
    rest = rest.subarray(taken.length);
    return taken.length;
  });
}

/** @param readSome puts some bytes at the beginning of the buffer and returns how many; 0 at the end */
function feedOf(readSome: (buffer: Uint8Array) => Promise<number>): ChunkFeed {
  let failure: InputFailed | undefined;
  return {
    async fill(buffer) {
      let filled = 0;
      try {
        while (failure === undefined && filled < buffer.length) {
          const length = await readSome(buffer.subarray(filled));
          if (length === 0) break;
          filled += length;
        }
      } catch (cause) {
        failure = new InputFailed("the input can't be read on", { cause });
      }
      if (failure !== undefined && filled === 0) throw failure;
      return filled;
    },
  };
}

/**
 * Reads all of a feed: each chunk is hashed, and handed to `onChunk` while the next one is being read.
 * Returns how many bytes there were. Ends early when the signal says so.
 * @throws InputFailed; whatever `onChunk` or the hash throws
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
    ahead = readNext();
    hash.update(buffer, length);
    total += length;
    await onChunk(buffer.subarray(0, length));
    hash.release(buffer);
  }
}
