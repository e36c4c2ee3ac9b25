import { type TrailingDigest, TrailingHash } from "../bytes/trailing-hash.ts";
import { AuditError } from "../errors.ts";
import type { RecordSink } from "../model/record-sink.ts";
import type { IncompleteCode, SourceFacts } from "../model/source-facts.ts";
import { openSnapshotBytes, type SnapshotBytes } from "./byte-stream.ts";
import { InputFailed } from "./input-failed.ts";
import { findMeta } from "./snapshot-meta.ts";
import { SnapshotReading } from "./snapshot-reading.ts";
import { SnapshotStreamPass } from "./snapshot-stream.ts";
import type { ReadOptions, Source } from "./source.ts";
import { refuseUnreadable } from "./system-error.ts";

/** Bytes that are waited for before a stream is looked at: its second meta page begins before half of them. */
const HEAD_LENGTH = 1024 * 1024;

/** Bytes that come once, in pieces of any size, each valid until the next is asked for. */
export interface ByteInput extends AsyncIterable<Uint8Array> {
  /** Nothing more is wanted, even of a piece that is being waited for. */
  destroy?(): void;
}

/** What a stream was when its first bytes had come. */
interface Beginning {
  readonly reading: SnapshotReading;
  readonly pass: SnapshotStreamPass;
}

/**
 * A snapshot that can be read only once and front to back: standard input, a pipe, a compressed file, a member's own. Its
 * pieces are hashed where they are decoded: to hand them to a thread, they would have to be copied, which takes longer.
 */
export class SnapshotFromBytes implements Source {
  private readonly name: string;
  private readonly path: string | null;
  private readonly input: ByteInput;
  private readonly inputLength: number | null;

  /**
   * @param name what errors call it
   * @param inputLength bytes of the input, compressed where it is; null when not known
   */
  constructor(name: string, path: string | null, input: ByteInput, inputLength: number | null) {
    this.name = name;
    this.path = path;
    this.input = input;
    this.inputLength = inputLength;
  }

  async read(sink: RecordSink, options: ReadOptions): Promise<SourceFacts> {
    const { signal } = options;
    const end = () => this.input.destroy?.();
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    try {
      const bytes = await openSnapshotBytes(this.input).catch((cause) => this.refuse(cause, signal));
      return await this.readBytes(bytes, sink, options);
    } finally {
      signal.removeEventListener("abort", end);
      end();
    }
  }

  private async readBytes(bytes: SnapshotBytes, sink: RecordSink, options: ReadOptions): Promise<SourceFacts> {
    const hash = new TrailingHash();
    let begun: Beginning | undefined;
    let length = 0;
    let failure: InputFailed | undefined;
    try {
      for await (const piece of afterHead(bytes.stream)) {
        if (options.signal.aborted) break;
        begun ??= await this.begin(piece, sink, options.residue);
        hash.update(piece);
        begun.pass.push(piece);
        length += piece.length;
        options.onProgress(bytes.bytesTaken(), this.inputLength);
      }
    } catch (error) {
      if (!(error instanceof InputFailed)) throw error;
      failure = error;
    }
    if (begun === undefined) return this.refuse(failure?.cause, options.signal);
    const { reading, pass } = begun;
    const digest = hash.digest();
    const isWhole = this.checkEnd(reading, length, digest, failure, options.signal);
    const { pageUse, bucketNames } = await pass.finish();
    reading.refuseOtherDatabases(bucketNames);
    const contentSha256 = isWhole ? digest.whole : null;
    const sha256 = bytes.isCompressed ? bytes.compressedSha256() : contentSha256;
    return reading.facts(this.path ?? "-", sha256, contentSha256, pageUse);
  }

  private async begin(chunk: Uint8Array, sink: RecordSink, readsFreed: boolean): Promise<Beginning> {
    const meta = findMeta(this.name, (offset, length) => chunk.subarray(offset, offset + length));
    const reading = new SnapshotReading(this.name, meta, { readsFreed, file: null });
    return { reading, pass: new SnapshotStreamPass(reading, sink) };
  }

  /** Judges how the data ended; false when it did not come to its end. */
  private checkEnd(
    reading: SnapshotReading,
    length: number,
    digest: TrailingDigest,
    failure: InputFailed | undefined,
    signal: AbortSignal,
  ): boolean {
    const { name } = this;
    if (signal.aborted) {
      reading.missingFrom(length, "interrupted", `${name}: interrupted after ${length} bytes`);
      return false;
    }
    if (failure !== undefined) {
      const { code, what } = failureOf(failure.code);
      reading.missingFrom(length, code, `${name}: ${what} after ${length} bytes (${failure.code}); get the file again`);
      return false;
    }
    reading.checkLength(length);
    reading.checkHash(length, digest);
    return true;
  }

  /**
   * Nothing came that could be read.
   * @param cause why; undefined when nothing came at all
   * @throws AuditError; a failure of neither the system nor the compression as it is
   */
  private refuse(cause: unknown, signal: AbortSignal): never {
    const { name } = this;
    if (signal.aborted) throw new AuditError("INTERRUPTED", `${name}: interrupted before anything was read`);
    if (cause === undefined) {
      throw new AuditError("FILE_EMPTY", `${name} is empty`, {
        nextStep: "give a file that 'etcdctl snapshot save' wrote",
      });
    }
    const isCompressionFailure = cause instanceof Error && "code" in cause && String(cause.code).startsWith("Z_");
    if (!isCompressionFailure) return refuseUnreadable(name)(cause);
    throw new AuditError("NOT_A_SNAPSHOT", `${name} can't be read as a snapshot: it can't be unpacked`, {
      nextStep: "give a file that 'etcdctl snapshot save' wrote, plain or compressed with gzip",
      cause,
    });
  }
}

/**
 * The same bytes, the first piece long enough to look at.
 * @throws InputFailed, once all that came before the failure has been given
 */
async function* afterHead(stream: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const head = new Uint8Array(HEAD_LENGTH);
  let length = 0;
  let failure: InputFailed | undefined;
  try {
    for await (const piece of stream) {
      const taken = piece.subarray(0, HEAD_LENGTH - length);
      head.set(taken, length);
      length += taken.length;
      if (taken.length > 0 && length === HEAD_LENGTH) yield head;
      if (taken.length < piece.length) yield piece.subarray(taken.length);
    }
  } catch (cause) {
    failure = new InputFailed(cause);
  }
  if (length > 0 && length < HEAD_LENGTH) yield head.subarray(0, length);
  if (failure !== undefined) throw failure;
}

/** What a failure of the input means, by its code: zlib's codes begin with Z_. */
function failureOf(code: string): { readonly code: IncompleteCode; readonly what: string } {
  if (code === "Z_BUF_ERROR") return { code: "truncated", what: "the compressed data is truncated" };
  if (code.startsWith("Z_")) return { code: "gzip-damaged", what: "the compressed data is damaged" };
  return { code: "read-failed", what: "reading failed" };
}
