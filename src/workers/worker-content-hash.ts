import { Worker } from "node:worker_threads";
import type { TrailingDigest } from "../bytes/trailing-hash.ts";
import { CHUNK_LENGTH, type ContentHash } from "../source/content-hash.ts";
import type { HashReply, HashRequest } from "./hash-messages.ts";

/** Two are read into and decoded while two are hashed. */
const BUFFER_COUNT = 4;

/** Where the thread's code lies: sources run from `src/` in tests, and threads need the built file. */
const WORKER_URL = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/workers/hash-worker.js" : "../workers/hash-worker.js",
  import.meta.url,
);

/** Hashes in a thread beside the reading, in memory that both share: SHA-256 costs more than all the decoding. */
export class WorkerContentHash implements ContentHash {
  private readonly buffers: readonly Uint8Array[] = Array.from(
    { length: BUFFER_COUNT },
    () => new Uint8Array(new SharedArrayBuffer(CHUNK_LENGTH)),
  );
  private readonly worker: Worker;
  /** How many still use each buffer: its reader and the thread. */
  private readonly users = this.buffers.map(() => 0);
  private waiting: (() => void) | undefined;
  private readonly digest: Promise<TrailingDigest>;
  private readonly exited: Promise<void>;

  /** @param code what the thread runs: the module `hash-worker` */
  constructor(code: URL = WORKER_URL) {
    this.worker = new Worker(code, { workerData: this.buffers });
    this.exited = new Promise((resolve) => this.worker.once("exit", () => resolve()));
    this.digest = new Promise((resolve, reject) => {
      this.worker.on("message", (reply: HashReply) => {
        if (reply.kind === "digest") resolve(reply.digest);
        else this.dropUser(reply.buffer);
      });
      this.worker.once("error", reject);
      void this.exited.then(() => reject(new Error("the thread that hashes has ended too early")));
    });
    // Whoever awaits the digest gets the error; without this, a thread that fails early would end the process.
    this.digest.catch(() => undefined);
  }

  async acquire(): Promise<Uint8Array> {
    for (;;) {
      const index = this.users.indexOf(0);
      const buffer = this.buffers[index];
      if (buffer !== undefined) {
        this.users[index] = 1;
        return buffer;
      }
      await Promise.race([new Promise<void>((resolve) => (this.waiting = resolve)), this.digest]);
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

  private send(request: HashRequest): void {
    this.worker.postMessage(request);
  }

  private dropUser(index: number): void {
    this.users[index] = (this.users[index] ?? 1) - 1;
    this.waiting?.();
  }
}
