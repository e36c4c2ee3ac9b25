import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { constants, createGunzip } from "node:zlib";

const GZIP_MAGIC = [0x1f, 0x8b] as const;
const UNPACKED_CHUNK_LENGTH = 1024 * 1024;

/** Whether bytes begin as a gzip file does (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === GZIP_MAGIC[0] && bytes[1] === GZIP_MAGIC[1];
}

/** A stream of a snapshot's bytes, unpacked where they were compressed. */
export interface SnapshotBytes {
  readonly stream: AsyncIterator<Uint8Array>;
  /** Hex SHA-256 of the compressed bytes; undefined when they were not, or were not read to the end. */
  compressedSha256(): string | undefined;
  /** Bytes taken from the input so far, compressed ones where it is compressed. */
  bytesTaken(): number;
  /** Ends the input, also while it is waited for. */
  close(): void;
}

/** Unpacks a stream where its first bytes say that it is gzip, and passes it on else. */
export async function openSnapshotBytes(input: Readable): Promise<SnapshotBytes> {
  const source = input[Symbol.asyncIterator]();
  const head = await takeHead(source);
  let taken = 0;
  const counted = count(prepend(head, source), (bytes) => (taken += bytes.length));
  const common = { bytesTaken: () => taken, close: () => void input.destroy() };
  if (!isGzip(head)) return { ...common, stream: counted, compressedSha256: () => undefined };
  const hash = createHash("sha256");
  let sha256: string | undefined;
  const hashed = count(
    counted,
    (bytes) => hash.update(bytes),
    () => (sha256 = hash.digest("hex")),
  );
  // A cut file must give all that is in it; that it is cut shows in the snapshot itself.
  const gunzip = createGunzip({ chunkSize: UNPACKED_CHUNK_LENGTH, finishFlush: constants.Z_SYNC_FLUSH });
  const packed = Readable.from(hashed, { objectMode: false });
  packed.once("error", (error) => gunzip.destroy(error));
  const stream = packed.pipe(gunzip)[Symbol.asyncIterator]();
  return { ...common, stream, compressedSha256: () => sha256 };
}

/** The first pieces of a stream, enough to tell what it is. */
async function takeHead(source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < GZIP_MAGIC.length) {
    const next = await source.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

async function* prepend(head: Uint8Array, source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  for (;;) {
    const next = await source.next();
    if (next.done === true) return;
    yield next.value;
  }
}

async function* count(
  source: AsyncGenerator<Uint8Array>,
  onBytes: (bytes: Uint8Array) => void,
  onEnd: () => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of source) {
    onBytes(bytes);
    yield bytes;
  }
  onEnd();
}
