import type { TrailingDigest } from "../bytes/trailing-hash.ts";
import type { RecordSink } from "../engine/record-sink.ts";
import { AuditError } from "../errors.ts";
import type { IncompleteCode, SourceFacts } from "../model/source-facts.ts";
import { openSnapshotBytes, type SnapshotBytes } from "./byte-stream.ts";
import type { ContentHash, OpenHash } from "./content-hash.ts";
import { withHashedWindow } from "./hashed-window.ts";
import { InputFailed } from "./input-failed.ts";
import type { PageWindow } from "./page-window.ts";
import { findMeta } from "./snapshot-meta.ts";
import { SnapshotReading } from "./snapshot-reading.ts";
import type { ReadOptions, Source } from "./source.ts";
import { StreamWalk } from "./stream-walk.ts";
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
  readonly walk: StreamWalk;
}

/** What came of a stream. */
interface Taken {
  /** Undefined where nothing came that could be looked at. */
  readonly begun: Beginning | undefined;
  /** Bytes. */
  readonly length: number;
  /** Why nothing more came, where that was no end. */
  readonly failure: InputFailed | undefined;
}

/**
 * A snapshot that can be read only once and front to back: standard input, a pipe, a compressed file, a member's own.
 */
export class SnapshotFromBytes implements Source {
  private readonly name: string;
  private readonly path: string | null;
  private readonly input: ByteInput;
  private readonly inputLength: number | null;
  private readonly openHash: OpenHash;

  /**
   * @param name what errors call it
   * @param inputLength bytes of the input, compressed where it is; null when not known
   */
  constructor(name: string, path: string | null, input: ByteInput, inputLength: number | null, openHash: OpenHash) {
    this.name = name;
    this.path = path;
    this.input = input;
    this.inputLength = inputLength;
    this.openHash = openHash;
  }

  async read(sink: RecordSink, options: ReadOptions): Promise<SourceFacts> {
    const { signal } = options;
    const end = () => this.input.destroy?.();
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    try {
      const bytes = await openSnapshotBytes(this.input, HEAD_LENGTH).catch((cause) => this.refuse(cause, signal));
      return await this.readBytes(bytes, sink, options);
    } finally {
      signal.removeEventListener("abort", end);
      end();
    }
  }

  private async readBytes(bytes: SnapshotBytes, sink: RecordSink, options: ReadOptions): Promise<SourceFacts> {
    const size = bytes.isCompressed ? null : this.inputLength;
    return withHashedWindow(options.engine, this.openHash, size, async (window, hash) => {
      const { begun, length, failure } = await this.takeAll(bytes, sink, window, hash, options);
      const digest = await hash.finish();
      if (begun === undefined) return this.refuse(failure?.cause, options.signal);
      const { reading, walk } = begun;
      const isWhole = this.checkEnd(reading, length, digest, failure, options.signal);
      const { pageUse, bucketNames } = await walk.finish(window);
      reading.refuseOtherDatabases(bucketNames);
      const contentSha256 = isWhole ? digest.whole : null;
      const sha256 = bytes.isCompressed ? bytes.compressedSha256() : contentSha256;
      return reading.facts(this.path ?? "-", sha256, contentSha256, pageUse);
    });
  }

  /** Has all bytes hashed and walked that come. */
  private async takeAll(
    bytes: SnapshotBytes,
    sink: RecordSink,
    window: PageWindow,
    hash: ContentHash,
    options: ReadOptions,
  ): Promise<Taken> {
    let begun: Beginning | undefined;
    let length = 0;
    let failure: InputFailed | undefined;
    try {
      for await (const piece of bytes.stream) {
        if (options.signal.aborted) break;
        begun ??= this.begin(piece, sink, options);
        for (let from = 0; from < piece.length; ) {
          if (window.chunkLength === 0) await hash.room();
          from += window.fill(piece, from);
          if (window.isFull) endChunk(window, hash, begun);
        }
        length += piece.length;
        options.onProgress(bytes.bytesTaken(), this.inputLength);
      }
    } catch (error) {
      if (!(error instanceof InputFailed)) throw error;
      failure = error;
    }
    if (begun !== undefined && window.chunkLength > 0) endChunk(window, hash, begun);
    return { begun, length, failure };
  }

  private begin(piece: Uint8Array, sink: RecordSink, { engine, residue }: ReadOptions): Beginning {
    const meta = findMeta(this.name, (offset, length) => piece.subarray(offset, offset + length));
    const reading = new SnapshotReading(this.name, meta, { readsFreed: residue, file: null });
    return { reading, walk: new StreamWalk(engine, reading, sink) };
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

function endChunk(window: PageWindow, hash: ContentHash, { reading, walk }: Beginning): void {
  hash.update(window.chunkLength);
  window.endChunk(walk, reading.meta.pageSize);
}

/** What a failure of the input means, by its code: zlib's codes begin with Z_. */
function failureOf(code: string): { readonly code: IncompleteCode; readonly what: string } {
  if (code === "Z_BUF_ERROR") return { code: "truncated", what: "the compressed data is truncated" };
  if (code.startsWith("Z_")) return { code: "gzip-damaged", what: "the compressed data is damaged" };
  return { code: "read-failed", what: "reading failed" };
}
