import type { FileHandle } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import type { TrailingDigest } from "../bytes/trailing-hash.ts";
import { InputFailed } from "../source/chunk-feed.ts";
import { CHUNK_LENGTH, type ContentHash } from "../source/content-hash.ts";
import type { HashReply, HashRequest } from "./hash-messages.ts";
import { threadUrl } from "./thread-url.ts";

/** How far reading, decoding and hashing may be apart. */
export const BUFFER_COUNT = 4;

type ReadReply = Extract<HashReply, { kind: "read" | "read-failed" }>;

/**
 * Hashes in a thread beside the decoding, in memory that both share: SHA-256 costs about as much as all the rest. A file
 * is read in that thread too.
 */
export class WorkerContentHash implements ContentHash {
  private readonly buffers: readonly Uint8Array[] = Array.from(
    { length: BUFFER_COUNT },
    () => new Uint8Array(new SharedArrayBuffer(CHUNK_LENGTH)),
  );
  private readonly worker: Worker;
  /** How many still use each buffer: its reader and the thread. */
  private readonly users = this.buffers.map(() => 0);
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
        else this.take(reply);
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
        const cause = Object.assign(new Error(reply.message), { code: reply.code });
        throw new InputFailed("the input can't be read on", { cause });
      }
      const { buffer, length } = reply;
      if (length === 0 || signal.aborted) return;
      onChunk((this.buffers[buffer] as Uint8Array).subarray(0, length));
      this.send({ kind: "read", descriptor, buffer });
    }
  }

  async acquire(): Promise<Uint8Array> {
    for (;;) {
      const index = this.users.indexOf(0);
      const buffer = this.buffers[index];
      if (buffer !== undefined) {
        this.users[index] = 1;
        return buffer;
      }
      await this.nextReply();
    }
  }

  update(buffer: Uint8Array, length: number): void {
    const index = this.buffers.indexOf(buffer);
    this.users[index] = (this.users[index] ?? 0) + 1;
    this.send({ kind: "hash", buffer: index, length });
  }

  release(buffer: Uint8Array): void {
    this.dropUser(this.buffers.indexOf(buffer));
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

  private take(reply: Exclude<HashReply, { kind: "digest" }>): void {
    if (reply.kind === "hashed") this.dropUser(reply.buffer);
    else this.reads.push(reply);
    this.wake?.();
  }

  private dropUser(index: number): void {
    this.users[index] = (this.users[index] ?? 1) - 1;
    this.wake?.();
  }
}
