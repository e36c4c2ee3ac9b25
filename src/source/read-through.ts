import { setImmediate as turn } from "node:timers/promises";
import type { ContentHash } from "./content-hash.ts";
import { InputFailed } from "./input-failed.ts";
import type { PageWindow } from "./page-window.ts";
import type { SeekableFile } from "./seekable-file.ts";

/** Chunks after which signals are heard of: some milliseconds. */
const CHUNKS_IN_A_TURN = 32;

/**
 * Reads a file from its beginning to its end, chunk by chunk, and hashes it: what is hashed is what lies in the window. Ends
 * early when the signal says so.
 * @param onChunk to look at the chunk that was read, and end it
 * @throws InputFailed, once all that came before the failure has been looked at; whatever `onChunk` and the hash throw
 */
export async function readThrough(
  file: SeekableFile,
  window: PageWindow,
  hash: ContentHash,
  signal: AbortSignal,
  onChunk: (length: number) => void,
): Promise<void> {
  let position = 0;
  for (let chunks = 1; ; chunks++) {
    if (chunks % CHUNKS_IN_A_TURN === 0) await turn();
    await hash.room();
    const space = window.space();
    const { length, failure } = fill(file, space, position);
    if (signal.aborted) return;
    position += length;
    if (length > 0) {
      window.add(length);
      hash.update(length);
      onChunk(length);
    }
    if (failure !== undefined) throw failure;
    if (length < space.length) return;
  }
}

/** Fills the buffer but at the end of the file; what came before a failure counts. */
function fill(
  file: SeekableFile,
  buffer: Uint8Array,
  position: number,
): { readonly length: number; readonly failure: InputFailed | undefined } {
  let length = 0;
  try {
    while (length < buffer.length) {
      const more = file.readNow(length === 0 ? buffer : buffer.subarray(length), position + length);
      if (more === 0) break;
      length += more;
    }
  } catch (cause) {
    return { length, failure: new InputFailed(cause) };
  }
  return { length, failure: undefined };
}
