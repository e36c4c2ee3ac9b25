import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { InputFailed } from "./input-failed.ts";

const GZIP_MAGIC = [0x1f, 0x8b] as const;
/** Bytes that tell whether a file is compressed. */
export const GZIP_MAGIC_LENGTH = GZIP_MAGIC.length;
const UNPACKED_CHUNK_LENGTH = 1024 * 1024;

/** Whether bytes begin as a gzip file does (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === GZIP_MAGIC[0] && bytes[1] === GZIP_MAGIC[1];
}

/** A stream of a snapshot's bytes, unpacked where they were compressed. */
export interface SnapshotBytes {
  /**
   * The bytes in pieces, the first of them as long as was asked for, where so many come.
   * @throws InputFailed, once all that came before the failure has been given
   */
  readonly stream: AsyncGenerator<Uint8Array>;
  readonly isCompressed: boolean;
  /** Hex SHA-256 of the compressed bytes; null when they were not compressed, or were not read to the end. */
  compressedSha256(): string | null;
  /** Bytes taken from the input so far, compressed ones where it is compressed. */
  bytesTaken(): number;
}

/**
 * Unpacks a stream where its first bytes say that it is gzip, and passes it on else. A gzip stream that is cut gives all
 * that is in it, and then fails with zlib's Z_BUF_ERROR.
 * @param headLength bytes of the first piece
 */
export async function openSnapshotBytes(input: AsyncIterable<Uint8Array>, headLength: number): Promise<SnapshotBytes> {
  const source = input[Symbol.asyncIterator]();
  const begun = await takeHead(source);
  let taken = begun.length;
  const onBytes = (bytes: Uint8Array): void => {
    taken += bytes.length;
  };
  const bytesTaken = () => taken;
  if (!isGzip(begun)) {
    const stream = longHeadFirst(begun, source, headLength, onBytes);
    return { stream, isCompressed: false, compressedSha256: () => null, bytesTaken };
  }
  const hash = createHash("sha256").update(begun);
  let sha256: string | null = null;
  const onEnd = () => (sha256 = hash.digest("hex"));
  const onPacked = (bytes: Uint8Array): void => {
    onBytes(bytes);
    hash.update(bytes);
  };
  const packed = piecesOf(begun, source, onPacked, onEnd);
  const stream = longHeadFirst(new Uint8Array(0), unpacked(packed), headLength);
  return { stream, isCompressed: true, compressedSha256: () => sha256, bytesTaken };
}

async function* unpacked(bytes: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const packed = Readable.from(bytes, { objectMode: false });
  const gunzip = createGunzip({ chunkSize: UNPACKED_CHUNK_LENGTH });
  let isUnpacked = false;
  // Told of a missing end, zlib drops what it has unpacked and nobody has taken yet: so it is told when all is taken.
  const endWhenTaken = () => {
    if (isUnpacked && gunzip.readableLength === 0) gunzip.end();
  };
  packed.on("error", (error) => gunzip.destroy(error));
  packed.once("end", () =>
    gunzip.flush(() => {
      isUnpacked = true;
      endWhenTaken();
    }),
  );
  packed.pipe(gunzip, { end: false });
  try {
    for await (const chunk of gunzip) {
      endWhenTaken();
      yield chunk;
    }
    // What may follow the compressed data, such as padding, belongs to the file and so to its hash.
    packed.unpipe(gunzip).resume();
    await finished(packed);
  } finally {
    packed.destroy();
  }
}

/** The first pieces of a stream, enough to tell what it is. */
async function takeHead(source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < GZIP_MAGIC_LENGTH) {
    const next = await source.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

/** What was taken of a source and all that follows, which is shown to `onBytes`; leaving it early gives the source back. */
async function* piecesOf(
  begun: Uint8Array,
  source: AsyncIterator<Uint8Array>,
  onBytes: (bytes: Uint8Array) => void,
  onEnd: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield begun;
    for (;;) {
      const next = await source.next();
      if (next.done === true) break;
      onBytes(next.value);
      yield next.value;
    }
    onEnd();
  } finally {
    await source.return?.();
  }
}

/** The same, with a first piece of some length. A stream has thousands of pieces, and each goes through this alone. */
async function* longHeadFirst(
  begun: Uint8Array,
  source: AsyncIterator<Uint8Array>,
  length: number,
  onBytes: (bytes: Uint8Array) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  const head = [begun];
  let missing = length - begun.length;
  let failure: InputFailed | undefined;
  try {
    for (;;) {
      const next = await source.next();
      if (next.done === true) break;
      onBytes(next.value);
      if (head.length === 0) yield next.value;
      else {
        head.push(Buffer.from(next.value));
        missing -= next.value.length;
        if (missing <= 0) yield Buffer.concat(head.splice(0));
      }
    }
  } catch (cause) {
    failure = new InputFailed(cause);
  } finally {
    await source.return?.();
  }
  const rest = Buffer.concat(head);
  if (rest.length > 0) yield rest;
  if (failure !== undefined) throw failure;
}
