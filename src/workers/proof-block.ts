import type { Proven, ValueToOpen } from "../proof/proof-queue.ts";
import type { ResourceReader } from "../proof/resource-reader.ts";

/** Most values of one block. */
const BLOCK_ROWS = 512;
/** Room for them and their etcd keys. */
export const BLOCK_BYTES = 512 * 1024;

/** The words of a row. */
const WORDS = 6;
const [RESOURCE, CLASS, KEY_OFFSET, KEY_LENGTH, OFFSET, LENGTH] = [0, 1, 2, 3, 4, 5] as const;

/** What a block is in, in its first word. The second counts its rows. */
const [STATE, COUNT] = [0, 1] as const;
const [FILLING, READY, CLAIMED, PROVEN] = [0, 1, 2, 3] as const;

/** Tells who reads the values of the resource with a number, one reader for each configuration. */
export type ReadersOf = (resource: number) => readonly ResourceReader[];

/**
 * Values on their way through the threads that open them, in memory that all share: filled by one thread, claimed by
 * whichever comes first, and taken by the one that filled it. No key and nothing decrypted is in it.
 */
export class ProofBlock {
  readonly memory: SharedArrayBuffer;
  private readonly servers: number;
  private readonly control: Int32Array;
  private readonly rows: Uint32Array;
  private readonly outcomes: Uint32Array;
  private readonly bytes: Uint8Array;
  /** Bytes that are in use. */
  private used = 0;

  /** @param servers how many configurations each value is read by */
  constructor(servers: number, memory?: SharedArrayBuffer) {
    const words = 2 + BLOCK_ROWS * (WORDS + servers);
    this.memory = memory ?? new SharedArrayBuffer(4 * words + BLOCK_BYTES);
    this.servers = servers;
    this.control = new Int32Array(this.memory, 0, 2);
    this.rows = new Uint32Array(this.memory, 4 * 2, BLOCK_ROWS * WORDS);
    this.outcomes = new Uint32Array(this.memory, 4 * (2 + BLOCK_ROWS * WORDS), BLOCK_ROWS * servers);
    this.bytes = new Uint8Array(this.memory, 4 * words);
  }

  get count(): number {
    return this.control[COUNT] as number;
  }

  get isFilling(): boolean {
    return Atomics.load(this.control, STATE) === FILLING;
  }

  /** Copies a value; false when there is no room for it. */
  add(resource: number, [valueClass, etcdKey, bytes, offset, length]: ValueToOpen): boolean {
    const { count, used } = this;
    if (count === BLOCK_ROWS || used + etcdKey.length + length > BLOCK_BYTES) return false;
    this.bytes.set(etcdKey, used);
    this.bytes.set(bytes.subarray(offset, offset + length), used + etcdKey.length);
    this.rows.set([resource, valueClass, used, etcdKey.length, used + etcdKey.length, length], count * WORDS);
    this.used = used + etcdKey.length + length;
    this.control[COUNT] = count + 1;
    return true;
  }

  /** Empties the block, to be filled again. */
  clear(): void {
    this.used = 0;
    this.control[COUNT] = 0;
    Atomics.store(this.control, STATE, FILLING);
  }

  /** Lets whoever claims it first open its values. */
  publish(): void {
    Atomics.store(this.control, STATE, READY);
  }

  /** Whether the caller is now the one to open them. */
  claim(): boolean {
    return Atomics.compareExchange(this.control, STATE, READY, CLAIMED) === READY;
  }

  /** Opens all values, of a block that the caller has claimed or fills. */
  prove(readersOf: ReadersOf): void {
    for (let row = 0; row < this.count; row++) {
      const at = row * WORDS;
      const keyOffset = this.word(at + KEY_OFFSET);
      const etcdKey = this.bytes.subarray(keyOffset, keyOffset + this.word(at + KEY_LENGTH));
      const [offset, length] = [this.word(at + OFFSET), this.word(at + LENGTH)];
      for (const [server, reader] of readersOf(this.word(at + RESOURCE)).entries())
        this.outcomes[row * this.servers + server] = reader.readNumber(etcdKey, this.bytes, offset, length);
    }
    Atomics.store(this.control, STATE, PROVEN);
    Atomics.notify(this.control, STATE);
  }

  /** Whether the values are open, when whoever claimed them was waited for. @param patience milliseconds */
  waitUntilProven(patience: number): boolean {
    if (Atomics.load(this.control, STATE) === CLAIMED) Atomics.wait(this.control, STATE, CLAIMED, patience);
    return Atomics.load(this.control, STATE) === PROVEN;
  }

  /** The same values in memory of their own, as if nobody had claimed them. */
  copy(): ProofBlock {
    const copy = new ProofBlock(this.servers);
    copy.bytes.set(this.bytes);
    copy.rows.set(this.rows);
    copy.control[COUNT] = this.count;
    return copy;
  }

  /** What came of one value. */
  read(row: number, resources: readonly (string | null)[], proven: Proven): void {
    proven.resource = resources[this.word(row * WORDS + RESOURCE)] ?? null;
    proven.valueClass = this.word(row * WORDS + CLASS);
    for (let server = 0; server < this.servers; server++)
      proven.outcomes[server] = this.outcomes[row * this.servers + server] as number;
  }

  private word(at: number): number {
    return this.rows[at] as number;
  }
}
