import { setImmediate as turn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { TrailingDigest } from "../bytes/trailing-hash.ts";
import type { ContentHash } from "../source/content-hash.ts";
import type { ChunkMemory } from "../source/page-window.ts";
import { HashRing, newControl, type RingMemory } from "./hash-ring.ts";
import { threadUrl } from "./thread-url.ts";

/** Milliseconds to wait for the thread before it is asked whether it has failed. */
const PATIENCE = 50;

/**
 * Hashes in a thread beside the decoding, in memory that both share: SHA-256 costs about as much as all the rest. Who
 * decodes reads the file too, so that what was just read lies in that processor's caches.
 */
export class WorkerContentHash implements ContentHash {
  private readonly ring: HashRing;
  private isEnded = false;
  private failure: { readonly error: unknown } | undefined;
  private readonly digest: Promise<TrailingDigest>;
  private readonly exited: Promise<void>;

  /**
   * @param chunks in shared memory
   * @param code what the thread runs: the module `hash-worker`
   */
  constructor({ buffer, offset }: ChunkMemory, code: URL = threadUrl("hash-worker")) {
    if (!(buffer instanceof SharedArrayBuffer)) throw new TypeError("a thread hashes shared memory only");
    const memory: RingMemory = { chunks: buffer, offset, control: newControl() };
    this.ring = new HashRing(memory);
    // Options of the process are none of its: some, such as --input-type, would be refused.
    const worker = new Worker(code, { workerData: memory, execArgv: [] });
    this.exited = new Promise((resolve) => worker.once("exit", () => resolve()));
    this.digest = new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      void this.exited.then(() => reject(new Error("the thread that hashes has ended too early")));
    });
    // Whoever waits gets the error; without this, a thread that fails early would end the process.
    this.digest.catch((error: unknown) => {
      this.failure = { error };
    });
  }

  /** Fails when the thread does. */
  async room(): Promise<void> {
    while (!this.ring.waitForRoom(PATIENCE)) {
      await turn();
      if (this.failure !== undefined) throw this.failure.error;
    }
  }

  update(length: number): void {
    this.ring.publish(length);
  }

  async finish(): Promise<TrailingDigest> {
    if (!this.isEnded) this.ring.end();
    this.isEnded = true;
    const digest = await this.digest;
    await this.exited;
    return digest;
  }
}
