import { CHUNK_LENGTH } from "../source/content-hash.ts";

/** How far hashing may be behind reading. */
export const RING_CHUNKS = 16;

/** Words of the control block: chunks filled so far, with all bits turned once there are no more; chunks hashed so far. */
const FILLED = 0;
const HASHED = 1;
/** From here on the length of each chunk. */
const LENGTHS = 2;

/** What both threads share. */
export interface RingMemory {
  readonly chunks: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
}

/**
 * Chunks that go round between the thread that reads a file and the one that hashes it: filled by the first, and filled
 * again once the second has hashed them.
 */
export class HashRing {
  readonly memory: RingMemory;
  private readonly chunks: readonly Uint8Array[];
  private readonly control: Int32Array;

  /** @param memory that of the ring in the other thread; without it a new ring is made */
  constructor(
    memory: RingMemory = {
      chunks: new SharedArrayBuffer(RING_CHUNKS * CHUNK_LENGTH),
      control: new SharedArrayBuffer((LENGTHS + RING_CHUNKS) * Int32Array.BYTES_PER_ELEMENT),
    },
  ) {
    this.memory = memory;
    this.chunks = Array.from(
      { length: RING_CHUNKS },
      (_, index) => new Uint8Array(memory.chunks, index * CHUNK_LENGTH, CHUNK_LENGTH),
    );
    this.control = new Int32Array(memory.control);
  }

  /** The chunk to be filled next; undefined when the other thread gives none back for `patience` milliseconds. */
  chunkToFill(patience: number): Uint8Array | undefined {
    const { control } = this;
    const filled = Atomics.load(control, FILLED);
    const hashed = Atomics.load(control, HASHED);
    const isFull = filled - hashed === RING_CHUNKS;
    if (isFull && Atomics.wait(control, HASHED, hashed, patience) === "timed-out") return undefined;
    return this.chunks[filled % RING_CHUNKS];
  }

  /** Hands the first `length` bytes of that chunk to the other thread: from now on nobody writes to it. */
  publish(length: number): void {
    const filled = Atomics.load(this.control, FILLED);
    this.control[LENGTHS + (filled % RING_CHUNKS)] = length;
    this.setFilled(filled + 1);
  }

  /** Says that nothing more will be published. */
  end(): void {
    this.setFilled(~Atomics.load(this.control, FILLED));
  }

  /** Waits for the chunk to be hashed next; undefined after the last one. */
  chunkToHash(): Uint8Array | undefined {
    const { control } = this;
    const hashed = Atomics.load(control, HASHED);
    for (;;) {
      const filled = Atomics.load(control, FILLED);
      const hasEnded = filled < 0;
      if ((hasEnded ? ~filled : filled) > hashed) {
        const length = control[LENGTHS + (hashed % RING_CHUNKS)] as number;
        return this.chunks[hashed % RING_CHUNKS]?.subarray(0, length);
      }
      if (hasEnded) return undefined;
      Atomics.wait(control, FILLED, filled);
    }
  }

  /** Gives the chunk that was hashed back. */
  release(): void {
    Atomics.add(this.control, HASHED, 1);
    Atomics.notify(this.control, HASHED);
  }

  private setFilled(filled: number): void {
    Atomics.store(this.control, FILLED, filled);
    Atomics.notify(this.control, FILLED);
  }
}
