import type { FileHandle } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import type { TrailingDigest } from "../bytes/trailing-hash.ts";
import { CHUNK_LENGTH, type ContentHash } from "../source/content-hash.ts";
import { InputFailed } from "../source/input-failed.ts";
import type { HashReply, HashRequest } from "./hash-messages.ts";
import { threadUrl } from "./thread-url.ts";

/** How far reading, decoding and hashing may be apart. */
export const BUFFER_COUNT = 4;

type ReadReply = Extract<HashReply, { kind: "read" | "read-failed" }>;

/**
 * Reads and hashes a file in a thread beside the decoding, in memory that both share: SHA-256 costs about as much as all
 * the rest.
 */
export class WorkerContentHash implements ContentHash {
  private readonly buffers: readonly Uint8Array[] = Array.from(
    { length: BUFFER_COUNT },
    () => new Uint8Array(new SharedArrayBuffer(CHUNK_LENGTH)),
  );
  private readonly worker: Worker;
  private readonly reads: ReadReply[] = [];
  private wake: (() => void) | undefined;
  private failure: { readonly error: unknown } | undefined;
  private readonly digest: Promise<TrailingDigest>;
  private readonly exited: Promise<void>;

  /** @param code what the thread runs: the module `hash-worker` */
  constructor(code: URL = threadUrl("hash-worker")) {
    this.worker = new Worker(code, { workerData: this.buffers });
    this.exited = new Promise((resolve) => this.worker.once("exit", () => resolve()));
    this.digest = new Promise((resolve, reject) => {
      this.worker.on("message", (reply: HashReply) => {
        if (reply.kind === "digest") resolve(reply.digest);
        else this.reads.push(reply);
        this.wake?.();
      });
      this.worker.once("error", reject);
      void this.exited.then(() => reject(new Error("the thread that hashes has ended too early")));
    });
    // Whoever waits gets the error; without this, a thread that fails early would end the process.
    this.digest.catch((error: unknown) => {
      this.failure = { error };
      this.wake?.();
    });
  }

  async readFile(handle: FileHandle, signal: AbortSignal, onChunk: (chunk: Uint8Array) => void): Promise<void> {
    const descriptor = handle.fd;
    for (const buffer of this.buffers.keys()) this.send({ kind: "read", descriptor, buffer });
    for (;;) {
      const reply = await this.nextRead();
      if (reply.kind === "read-failed") {
        throw new InputFailed(Object.assign(new Error(reply.message), { code: reply.code }));
      }
      const { buffer, length } = reply;
      if (length === 0 || signal.aborted) return;
      onChunk((this.buffers[buffer] as Uint8Array).subarray(0, length));
      this.send({ kind: "read", descriptor, buffer });
    }
  }

  async finish(): Promise<TrailingDigest> {
    this.send({ kind: "finish" });
    const digest = await this.digest;
    await this.exited;
    return digest;
  }

  private async nextRead(): Promise<ReadReply> {
    for (;;) {
      const reply = this.reads.shift();
      if (reply !== undefined) return reply;
      await this.nextReply();
    }
  }

  /** Fails when the thread does. */
  private nextReply(): Promise<void> {
    if (this.failure !== undefined) throw this.failure.error;
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  private send(request: HashRequest): void {
    this.worker.postMessage(request);
  }
}
