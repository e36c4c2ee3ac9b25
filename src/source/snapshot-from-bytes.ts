import type { Readable } from "node:stream";
import type { TrailingDigest } from "../bytes/trailing-hash.ts";
import { AuditError } from "../errors.ts";
import type { RecordSink } from "../model/record-sink.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import { openSnapshotBytes, type SnapshotBytes } from "./byte-stream.ts";
import { readChunks, streamFeed } from "./chunk-feed.ts";
import type { ContentHash } from "./content-hash.ts";
import { findMeta } from "./snapshot-meta.ts";
import { SnapshotReading } from "./snapshot-reading.ts";
import { SnapshotStreamPass } from "./snapshot-stream.ts";
import type { ReadOptions, Source } from "./source.ts";

/** What a stream was when its first bytes had come. */
interface Beginning {
  readonly reading: SnapshotReading;
  readonly pass: SnapshotStreamPass;
}

/** A snapshot that can be read only once and front to back: standard input, a pipe, a compressed file. */
export class SnapshotFromBytes implements Source {
  private readonly name: string;
  private readonly path: string | null;
  private readonly input: Readable;
  private readonly inputLength: number | null;
  private readonly openHash: (size: number | null) => ContentHash;

  /**
   * @param name what errors call it
   * @param inputLength bytes of the input, compressed where it is; null when not known
   */
  constructor(
    name: string,
    path: string | null,
    input: Readable,
    inputLength: number | null,
    openHash: (size: number | null) => ContentHash,
  ) {
    this.name = name;
    this.path = path;
    this.input = input;
    this.inputLength = inputLength;
    this.openHash = openHash;
  }

  async read(sink: RecordSink, options: ReadOptions): Promise<SourceFacts> {
    const bytes = await openSnapshotBytes(this.input);
    const onAbort = () => bytes.close();
    options.signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await this.readBytes(bytes, sink, options);
    } finally {
      options.signal.removeEventListener("abort", onAbort);
      bytes.close();
    }
  }

  private async readBytes(bytes: SnapshotBytes, sink: RecordSink, options: ReadOptions): Promise<SourceFacts> {
    const hash = this.openHash(this.inputLength);
    let begun: Beginning | undefined;
    let length = 0;
    let failure: unknown;
    try {
      await readChunks(streamFeed(bytes.stream), hash, options.signal, async (chunk) => {
        begun ??= await this.begin(chunk, sink);
        begun.pass.push(chunk);
        length += chunk.length;
        options.onProgress(bytes.bytesTaken(), this.inputLength);
      });
    } catch (error) {
      if (error instanceof AuditError) {
        await hash.finish();
        throw error;
      }
      failure = error;
    }
    const digest = await hash.finish();
    if (begun === undefined) throw this.unreadable(failure, options.signal);
    const { reading, pass } = begun;
    this.checkEnd(reading, length, digest, failure, options.signal);
    const { pageUse, bucketNames } = await pass.finish();
    reading.refuseOtherDatabases(bucketNames);
    const isWhole = failure === undefined && !options.signal.aborted;
    const contentSha256 = isWhole ? digest.whole : null;
    return reading.facts(this.path ?? "-", bytes.compressedSha256() ?? contentSha256, contentSha256, pageUse);
  }

  private async begin(chunk: Uint8Array, sink: RecordSink): Promise<Beginning> {
    const meta = await findMeta(this.name, async (offset, length) => chunk.subarray(offset, offset + length));
    const reading = new SnapshotReading(this.name, meta);
    return { reading, pass: new SnapshotStreamPass(reading, sink) };
  }

  private checkEnd(
    reading: SnapshotReading,
    length: number,
    digest: TrailingDigest,
    failure: unknown,
    signal: AbortSignal,
  ): void {
    if (signal.aborted) {
      reading.reasons.add("interrupted", `${this.name}: interrupted after ${length} bytes`);
    } else if (failure !== undefined) {
      const code = failure instanceof Error && "code" in failure ? String(failure.code) : "unknown error";
      const isGzipFailure = code.startsWith("Z_");
      const what = isGzipFailure ? "the compressed data is damaged" : "reading failed";
      const place = `after ${length} bytes`;
      reading.reasons.add(
        isGzipFailure ? "gzip-damaged" : "read-failed",
        `${this.name}: ${what} ${place} (${code}); get the file again`,
      );
    } else {
      reading.checkLength(length, digest);
    }
  }

  /** Nothing came that could be read. */
  private unreadable(failure: unknown, signal: AbortSignal): AuditError {
    if (signal.aborted) return new AuditError("INTERRUPTED", `${this.name}: interrupted before anything was read`);
    if (failure === undefined) {
      return new AuditError("FILE_EMPTY", `${this.name} is empty`, {
        nextStep: "give a file that 'etcdctl snapshot save' wrote",
      });
    }
    return new AuditError(
      "NOT_A_SNAPSHOT",
      `${this.name} can't be read as a snapshot: it can't be unpacked or read at all`,
      {
        nextStep: "give a file that 'etcdctl snapshot save' wrote, plain or compressed with gzip",
        cause: failure,
      },
    );
  }
}
