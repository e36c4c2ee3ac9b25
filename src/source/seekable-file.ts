import { type BigIntStats, readSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";

/** A file that can be read at any place. */
export interface SeekableFile {
  /** What the system says of it now. */
  stat(): Promise<BigIntStats>;
  /** Reads at `position` as much as comes at once, on the calling thread; 0 bytes at the end of the file. */
  readNow(buffer: Uint8Array, position: number): number;
  /** Has the system read what lies at `position` into memory; never fails. */
  fetch(position: number): Promise<void>;
}

/** A file that was opened for reading, and is closed by who opened it. */
export class OpenFile implements SeekableFile {
  private readonly handle: FileHandle;

  constructor(handle: FileHandle) {
    this.handle = handle;
  }

  stat(): Promise<BigIntStats> {
    return this.handle.stat({ bigint: true });
  }

  readNow(buffer: Uint8Array, position: number): number {
    return readSync(this.handle.fd, buffer, 0, buffer.length, position);
  }

  async fetch(position: number): Promise<void> {
    // What fails here fails again when it is read.
    await this.handle.read(new Uint8Array(1), 0, 1, position).catch(() => undefined);
  }
}

/** Reads `length` bytes at `position`; fewer at the end of the file. */
export function readBytes(file: SeekableFile, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const more = file.readNow(bytes.subarray(filled), position + filled);
    if (more === 0) break;
    filled += more;
  }
  return bytes.subarray(0, filled);
}
