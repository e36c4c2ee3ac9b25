import { CHUNK_COUNT, CHUNK_LENGTH } from "../source/page-window.ts";

/** Words of the control block: chunks filled so far, with all bits turned once there are no more; chunks hashed so far. */
const FILLED = 0;
const HASHED = 1;
/** From here on the length of each chunk. */
const LENGTHS = 2;

/** A thread is woken once in so many chunks: that takes longer than hashing one. */
const CHUNKS_TO_WAKE = 8;

/** What both threads share. */
export interface RingMemory {
  readonly chunks: SharedArrayBuffer;
  /** Where in it the first chunk begins. */
  readonly offset: number;
  readonly control: SharedArrayBuffer;
}

/** Memory for the control block of a ring. */
export function newControl(): SharedArrayBuffer {
  return new SharedArrayBuffer((LENGTHS + CHUNK_COUNT) * Int32Array.BYTES_PER_ELEMENT);
}

/**
 * Chunks that go round between the thread that reads a file and the one that hashes it: filled by the first, and filled
 * again once the second has hashed them.
 */
export class HashRing {
  private readonly chunks: readonly Uint8Array[];
  private readonly control: Int32Array;

  constructor({ chunks, offset, control }: RingMemory) {
    this.chunks = Array.from(
      { length: CHUNK_COUNT },
      (_, index) => new Uint8Array(chunks, offset + index * CHUNK_LENGTH, CHUNK_LENGTH),
    );
    this.control = new Int32Array(control);
  }

  /** Waits until the next chunk may be filled; false when the other thread gives none back for `patience` milliseconds. */
  waitForRoom(patience: number): boolean {
    const { control } = this;
    for (;;) {
      const hashed = Atomics.load(control, HASHED);
      if (Atomics.load(control, FILLED) - hashed < CHUNK_COUNT) return true;
      // Who is woken looks again: the call may be for chunks that were given back, and filled again, before.
      if (Atomics.wait(control, HASHED, hashed, patience) === "timed-out") return false;
    }
  }

  /** Hands the first `length` bytes of that chunk to the other thread: from now on nobody writes to it. */
  publish(length: number): void {
    const filled = Atomics.load(this.control, FILLED);
    this.control[LENGTHS + (filled % CHUNK_COUNT)] = length;
    Atomics.store(this.control, FILLED, filled + 1);
    if ((filled + 1) % CHUNKS_TO_WAKE === 0) Atomics.notify(this.control, FILLED);
  }

  /** Says that nothing more will be published. */
  end(): void {
    Atomics.store(this.control, FILLED, ~Atomics.load(this.control, FILLED));
    Atomics.notify(this.control, FILLED);
  }

  /** Waits for the chunk to be hashed next; undefined after the last one. */
  chunkToHash(): Uint8Array | undefined {
    const { control } = this;
    const hashed = Atomics.load(control, HASHED);
    for (;;) {
      const filled = Atomics.load(control, FILLED);
      const hasEnded = filled < 0;
      if ((hasEnded ? ~filled : filled) > hashed) {
        const length = control[LENGTHS + (hashed % CHUNK_COUNT)] as number;
        return this.chunks[hashed % CHUNK_COUNT]?.subarray(0, length);
      }
      if (hasEnded) return undefined;
      Atomics.wait(control, FILLED, filled);
    }
  }

  /** Gives the chunk that was hashed back. */
  release(): void {
    const hashed = Atomics.add(this.control, HASHED, 1) + 1;
    if (hashed % CHUNKS_TO_WAKE === 0) Atomics.notify(this.control, HASHED);
  }
}
