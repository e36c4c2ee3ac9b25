import type { Engine } from "./engine.ts";

/** Layout of a key's entry (assembly/key-table.ts), in words: address, length, hash, folder. */
const LENGTH = 1;
const FOLDER = 3;

/** The distinct etcd keys in scope, by number, as the engine keeps them. */
export class EtcdKeys {
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** How many there are; their numbers are below it. */
  get size(): number {
    return this.engine.exports.keyCount();
  }

  /** A copy of a key's bytes. */
  bytesOf(key: number): Uint8Array {
    const offset = this.offsetOf(key);
    return this.engine.bytes.slice(offset, offset + this.lengthOf(key));
  }

  /** All memory of the engine, where the bytes of keys lie among others. */
  get memory(): Uint8Array {
    return this.engine.bytes;
  }

  /** Where in it a key begins. */
  offsetOf(key: number): number {
    return this.engine.words[this.entry(key)] as number;
  }

  /** Bytes of a key. */
  lengthOf(key: number): number {
    return this.engine.words[this.entry(key) + LENGTH] as number;
  }

  /** Number of the folder in which a key lies. */
  folderOf(key: number): number {
    return this.engine.words[this.entry(key) + FOLDER] as number;
  }

  private entry(key: number): number {
    return this.engine.exports.keyEntry(key) >>> 2;
  }
}
