import type { Engine } from "../engine/engine.ts";
import { LongRun } from "./long-run.ts";

/** Bytes of a chunk: few enough that what was just read is still near when it is looked at. */
export const CHUNK_LENGTH = 256 * 1024;
/** How far hashing may be behind reading. */
export const CHUNK_COUNT = 32;
/** Longer runs of pages are put together elsewhere. */
const LONGEST_IN_PLACE = 1024 * 1024;

/** The chunks of a window, as whoever hashes them sees them. */
export interface ChunkMemory {
  readonly buffer: ArrayBufferLike;
  /** Where the first chunk begins. */
  readonly offset: number;
}

/** Walks whole pages; a run that is not there whole has to wait. */
export interface PageWalker {
  /**
   * Walks the pages from one address to another, the first of which is page `first`, and is done with their bytes.
   * @returns how many pages were walked, and how many, from there on, must be there together: 1 where none waits
   */
  walk(start: number, end: number, first: number): { readonly walked: number; readonly needed: number };
}

/**
 * The bytes of a file as they come, chunk by chunk and round and round, in the engine's memory; cut into pages where they
 * lie. A run of pages that goes on in the next chunk waits for it, and when the chunks begin anew, what waits is moved
 * before them.
 */
export class PageWindow {
  /** The page that comes next. */
  nextPgid = 0;
  readonly chunks: ChunkMemory;
  private readonly engine: Engine;
  private readonly room: number;
  private readonly first: number;
  private chunk = 0;
  /** Bytes of the chunk that have been filled. */
  private filled = 0;
  /** Whether a chunk was not full: what came after it would not lie behind it. */
  private isEnded = false;
  /** What waits to be walked. */
  private start: number;
  private end: number;
  private readonly long: LongRun;

  constructor(engine: Engine) {
    this.engine = engine;
    this.room = engine.exports.allocate(LONGEST_IN_PLACE + CHUNK_COUNT * CHUNK_LENGTH);
    this.first = this.room + LONGEST_IN_PLACE;
    this.chunks = { buffer: engine.bytes.buffer, offset: this.first };
    this.start = this.first;
    this.end = this.first;
    this.long = new LongRun(engine);
  }

  /**
   * What is left of the chunk that is being filled.
   * @throws RangeError after a chunk that was not full
   */
  space(): Uint8Array {
    this.refuseMore();
    const at = this.chunkAddress() + this.filled;
    return this.engine.bytes.subarray(at, at + CHUNK_LENGTH - this.filled);
  }

  /** Takes the first bytes of `space()`. */
  add(length: number): void {
    this.filled += length;
  }

  /**
   * Takes as much of some bytes, from a place on, as the chunk has room for. Returns how much that is.
   * @throws RangeError after a chunk that was not full
   */
  fill(bytes: Uint8Array, from: number): number {
    this.refuseMore();
    const left = CHUNK_LENGTH - this.filled;
    const part = from === 0 && bytes.length <= left ? bytes : bytes.subarray(from, from + left);
    this.engine.write(this.chunkAddress() + this.filled, part);
    this.filled += part.length;
    return part.length;
  }

  /** Whether the chunk that is being filled has no room left. */
  get isFull(): boolean {
    return this.filled === CHUNK_LENGTH;
  }

  /** Bytes of the chunk that have been filled. */
  get chunkLength(): number {
    return this.filled;
  }

  /** Has all whole pages walked that have come, and goes on to the next chunk; only the last one may be not full. */
  endChunk(walker: PageWalker, pageSize: number): void {
    const chunk = this.chunkAddress();
    const end = chunk + this.filled;
    let at = chunk;
    while (this.long.isOpen && at < end) at = this.addToLong(at, end, walker, pageSize);
    if (!this.long.isOpen) {
      this.end = end;
      const needed = this.walk(walker, pageSize);
      if (needed > LONGEST_IN_PLACE) this.long.begin(this.start, this.end, needed);
    }
    this.isEnded = this.filled < CHUNK_LENGTH;
    this.filled = 0;
    this.chunk = (this.chunk + 1) % CHUNK_COUNT;
    if (this.chunk === 0 && !this.long.isOpen) this.moveToFront();
  }

  /** Bytes that wait for the rest of their page or run. */
  get pendingLength(): number {
    return this.long.isOpen ? this.long.length : this.end - this.start;
  }

  /** Walks what waits once more, now that nothing more will come. */
  finish(walker: PageWalker, pageSize: number): void {
    const { long } = this;
    if (long.isOpen) {
      this.start = long.start;
      this.end = long.end;
      long.close();
    }
    this.walk(walker, pageSize);
  }

  /** Gives its memory back, which nobody may look at any more. */
  free(): void {
    this.engine.exports.release(this.room);
    this.long.free();
  }

  private refuseMore(): void {
    if (this.isEnded) throw new RangeError("a chunk that is not full is the last one");
  }

  private chunkAddress(): number {
    return this.first + this.chunk * CHUNK_LENGTH;
  }

  /** Returns how many bytes must be there before there is more to walk. */
  private walk(walker: PageWalker, pageSize: number): number {
    if (this.end - this.start < pageSize) return pageSize;
    const { walked, needed } = walker.walk(this.start, this.end, this.nextPgid);
    this.start += walked * pageSize;
    this.nextPgid += walked;
    return needed * pageSize;
  }

  private moveToFront(): void {
    const waiting = this.end - this.start;
    this.engine.bytes.copyWithin(this.first - waiting, this.start, this.end);
    this.start = this.first - waiting;
    this.end = this.first;
  }

  /** Adds bytes to the long run, and walks it once it is whole. Returns where the rest of the bytes begins. */
  private addToLong(at: number, end: number, walker: PageWalker, pageSize: number): number {
    const { long } = this;
    const rest = long.add(at, end);
    if (!long.isWhole) return rest;
    this.start = long.start;
    this.end = long.end;
    const wanted = this.walk(walker, pageSize);
    long.goOn(this.start, wanted);
    if (!long.isOpen) this.start = rest;
    return rest;
  }
}
