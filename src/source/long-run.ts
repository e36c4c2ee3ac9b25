import type { Engine } from "../engine/engine.ts";

/**
 * A run of pages too long for a window, put together in memory of its own. When it is whole, no more than its first page
 * may be walked, and the next one begin a run that goes on as far: what is there is moved only when the room is used up.
 */
export class LongRun {
  private readonly engine: Engine;
  private room = 0;
  private capacity = 0;
  /** Bytes that must be there together; 0: no run is being put together. */
  private wanted = 0;
  private first = 0;
  private last = 0;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** Whether a run is being put together. */
  get isOpen(): boolean {
    return this.wanted > 0;
  }

  /** Whether all bytes are there. */
  get isWhole(): boolean {
    return this.length >= this.wanted;
  }

  /** Where what is there begins, and where it ends. */
  get start(): number {
    return this.first;
  }

  get end(): number {
    return this.last;
  }

  /** Bytes that are there. */
  get length(): number {
    return this.last - this.first;
  }

  /** Begins with the bytes from one address to another, of a run of so many bytes. */
  begin(start: number, end: number, wanted: number): void {
    if (wanted > this.capacity) {
      this.free();
      this.room = this.engine.exports.allocate(wanted);
      this.capacity = wanted;
    }
    this.wanted = wanted;
    this.first = this.room;
    this.last = this.room;
    this.copy(start, end);
  }

  /** Adds the bytes from one address to another as far as they are wanted. Returns where the rest of them begins. */
  add(start: number, end: number): number {
    const taken = start + Math.min(end - start, this.wanted - this.length);
    this.copy(start, taken);
    return taken;
  }

  /** Goes on with what is left from an address on, and must be so many bytes; ends where nothing is left. */
  goOn(start: number, wanted: number): void {
    this.first = start;
    this.wanted = this.length === 0 ? 0 : wanted;
    if (this.first + this.wanted > this.room + this.capacity) this.makeRoom();
  }

  /** Ends it, whether or not it is whole. */
  close(): void {
    this.wanted = 0;
  }

  /** Gives its memory back. */
  free(): void {
    if (this.capacity > 0) this.engine.exports.release(this.room);
    this.capacity = 0;
  }

  private copy(start: number, end: number): void {
    this.engine.bytes.copyWithin(this.last, start, end);
    this.last += end - start;
  }

  /** Room for twice as much as is wanted, so that a byte is moved no more than once and again. */
  private makeRoom(): void {
    const { first, last, room, capacity } = this;
    const isLarge = capacity >= this.wanted * 2;
    if (!isLarge) {
      this.capacity = this.wanted * 2;
      this.room = this.engine.exports.allocate(this.capacity);
    }
    this.first = this.room;
    this.last = this.room;
    this.copy(first, last);
    if (!isLarge) this.engine.exports.release(room);
  }
}
