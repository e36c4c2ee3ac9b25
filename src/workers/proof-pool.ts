import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Configuration } from "../configuration/configuration.ts";
import type { Keyring } from "../proof/keyring.ts";
import type { ProofQueue, Proven, ValueToOpen } from "../proof/proof-queue.ts";
import type { ResourceReader } from "../proof/resource-reader.ts";
import { toPortable } from "./portable-keys.ts";
import { ProofBlock } from "./proof-block.ts";
import { type ProofThreadData, STOPPED, WORK } from "./proof-messages.ts";
import { threadUrl } from "./thread-url.ts";

/** How far the opening may be behind the reading. */
const BLOCKS = 8;
/** More than this find nothing to do: the reading is then the slowest. */
const MOST_THREADS = 4;
/** Milliseconds after which a thread that has claimed a block is taken for dead. */
const PATIENCE = 10_000;

export interface ProofPoolOptions {
  /** What the threads run: the module `proof-worker`. */
  readonly code?: URL;
  /** Default: one for each processor but the one that reads, at most four. */
  readonly threads?: number;
  /** Milliseconds after which a thread that has claimed a block is taken for dead. */
  readonly patience?: number;
}

/**
 * Opens values in threads, in blocks of shared memory. Whoever waits for a block that no thread has begun opens it
 * itself, so that an answer never depends on a thread being there.
 */
export class ProofPool implements ProofQueue {
  private readonly keyrings: readonly Keyring[];
  private readonly blocks: ProofBlock[];
  private readonly workers: readonly Worker[];
  private readonly signals = new Int32Array(new SharedArrayBuffer(8));
  private readonly patience: number;
  private readonly resources: (string | null)[] = [];
  private readonly numberOf = new Map<string | null, number>();
  private readonly readers: (readonly ResourceReader[])[] = [];
  private readonly proven: Proven;
  /** The block that is being filled, and the one that is being taken, with the row that comes next. */
  private filling = 0;
  private oldest = 0;
  private nextRow = 0;

  /** @param inForce the configurations that each value is read by, with their keys */
  constructor(
    inForce: readonly { readonly configuration: Configuration; readonly keyring: Keyring }[],
    { code = threadUrl("proof-worker"), threads = usefulThreads(), patience = PATIENCE }: ProofPoolOptions = {},
  ) {
    this.keyrings = inForce.map(({ keyring }) => keyring);
    this.patience = patience;
    this.proven = { resource: null, valueClass: 0, outcomes: new Uint32Array(inForce.length) };
    this.blocks = Array.from({ length: BLOCKS }, () => new ProofBlock(inForce.length));
    const workerData: ProofThreadData = {
      memories: this.blocks.map(({ memory }) => memory),
      signals: this.signals,
      configurations: inForce.map(({ configuration }) => toPortable(configuration)),
    };
    this.workers = Array.from({ length: threads }, () => {
      const worker = new Worker(code, { workerData, execArgv: [] });
      // What a thread leaves undone is done here.
      worker.on("error", () => undefined);
      worker.unref();
      return worker;
    });
  }

  get hasRoom(): boolean {
    return this.after(this.filling) !== this.oldest;
  }

  add(resource: string | null, ...value: ValueToOpen): boolean {
    const number = this.numberOf.get(resource) ?? this.introduce(resource);
    if (this.block(this.filling).add(number, value)) return true;
    if (this.block(this.filling).count === 0) return false;
    this.publish();
    return this.block(this.filling).add(number, value);
  }

  takeOldest(): Readonly<Proven> {
    let block = this.block(this.oldest);
    if (this.nextRow === block.count) {
      if (this.oldest === this.filling) throw new RangeError("no value is pending");
      block.clear();
      this.oldest = this.after(this.oldest);
      this.nextRow = 0;
      return this.takeOldest();
    }
    if (this.nextRow === 0) block = this.provenBlock();
    block.read(this.nextRow++, this.resources, this.proven);
    return this.proven;
  }

  close(): void {
    Atomics.store(this.signals, STOPPED, 1);
    this.wakeThreads();
  }

  /** The oldest block, with all its values open. */
  private provenBlock(): ProofBlock {
    const block = this.block(this.oldest);
    if (this.oldest === this.filling) this.filling = this.after(this.filling);
    if (block.isFilling || block.claim()) {
      block.prove((resource) => this.readersOf(resource));
      return block;
    }
    if (block.waitUntilProven(this.patience)) return block;
    // The thread may be slow and not dead: what it still writes must not meet other values.
    const copy = block.copy();
    copy.prove((resource) => this.readersOf(resource));
    this.blocks[this.oldest] = copy;
    return copy;
  }

  private publish(): void {
    this.block(this.filling).publish();
    this.filling = this.after(this.filling);
    this.wakeThreads();
  }

  private wakeThreads(): void {
    Atomics.add(this.signals, WORK, 1);
    Atomics.notify(this.signals, WORK);
  }

  private introduce(resource: string | null): number {
    const number = this.resources.push(resource) - 1;
    this.numberOf.set(resource, number);
    for (const worker of this.workers) worker.postMessage(resource);
    return number;
  }

  private readersOf(resource: number): readonly ResourceReader[] {
    const name = this.resources[resource] ?? null;
    this.readers[resource] ??= this.keyrings.map((keyring) => keyring.readerFor(name));
    return this.readers[resource];
  }

  private block(index: number): ProofBlock {
    return this.blocks[index] as ProofBlock;
  }

  private after(index: number): number {
    return (index + 1) % BLOCKS;
  }
}

function usefulThreads(): number {
  return Math.max(1, Math.min(MOST_THREADS, availableParallelism() - 1));
}
