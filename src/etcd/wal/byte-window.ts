import protobuf, { type Reader } from "protobufjs/minimal.js";

/** A part of a file that comes front to back: filled at its end, emptied at its front, and grown only when told to. */
export class ByteWindow {
  bytes: Uint8Array;
  view: DataView;
  /** Stands on `bytes`, to be pointed at any place. */
  reader: Reader;
  /** How many bytes are filled. */
  length = 0;
  /** Where the first byte lies in the file. */
  fileOffset = 0;

  /** @param capacity bytes that fit at first */
  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
    this.reader = protobuf.Reader.create(this.bytes);
  }

  /** The part to fill next; `length` is to be raised by what was written there. */
  space(): Uint8Array {
    return this.bytes.subarray(this.length);
  }

  /** Forgets the first bytes, moves the rest to the front, and makes room for at least `capacity` bytes in all. */
  drop(count: number, capacity: number): void {
    const rest = this.bytes.subarray(count, this.length);
    if (capacity > this.bytes.length) {
      this.bytes = new Uint8Array(capacity);
      this.view = new DataView(this.bytes.buffer);
      this.reader = protobuf.Reader.create(this.bytes);
    }
    this.bytes.set(rest);
    this.length = rest.length;
    this.fileOffset += count;
  }
}
