import type { Engine } from "./engine.ts";

/** Items of one size in the engine's memory, looked at by their fields. */
export abstract class EngineItems {
  protected readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** Address of an item. */
  protected abstract addressAt(index: number): number;

  /** A field of 32 bits, by its place among such fields. */
  protected word(index: number, field: number): number {
    return this.engine.words[(this.addressAt(index) >>> 2) + field] as number;
  }

  /** A field of 64 bits, by its place among such fields. */
  protected double(index: number, field: number): number {
    return this.engine.doubles[this.addressAt(index) / 8 + field] as number;
  }
}
