import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { createGunzip } from "node:zlib";

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
 */
export async function openSnapshotBytes(input: AsyncIterable<Uint8Array>): Promise<SnapshotBytes> {
  const source = input[Symbol.asyncIterator]();
  const head = await takeHead(source);
  let taken = 0;
  const counted = piecesOf(head, source, (bytes) => (taken += bytes.length));
  const bytesTaken = () => taken;
  if (!isGzip(head)) return { stream: counted, isCompressed: false, compressedSha256: () => null, bytesTaken };
  const hash = createHash("sha256");
  let sha256: string | null = null;
  const onEnd = () => (sha256 = hash.digest("hex"));
  const hashed = observed(counted, (bytes) => hash.update(bytes), onEnd);
  return { stream: unpacked(hashed), isCompressed: true, compressedSha256: () => sha256, bytesTaken };
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

/** What was taken of a source and all that follows; leaving it early gives the source back. */
async function* piecesOf(
  head: Uint8Array,
  source: AsyncIterator<Uint8Array>,
  onBytes: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  try {
    for (let bytes = head; ; ) {
      onBytes(bytes);
      yield bytes;
      const next = await source.next();
      if (next.done === true) return;
      bytes = next.value;
    }
  } finally {
    await source.return?.();
  }
}

/** The same pieces, each shown to `onBytes` before it is passed on. */
async function* observed(
  source: AsyncGenerator<Uint8Array>,
  onBytes: (bytes: Uint8Array) => void,
  onEnd: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of source) {
    onBytes(bytes);
    yield bytes;
  }
  onEnd();
}
