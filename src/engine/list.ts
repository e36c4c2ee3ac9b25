import type { Engine } from "./engine.ts";
import { EngineItems } from "./items.ts";

/** Layout of a list (assembly/list.ts) in words: address of the first item, how many there are. */
const ITEMS = 0;
const COUNT = 1;

/** Items of one size in the engine's memory. */
export class EngineList extends EngineItems {
  /** By this address the engine knows them. */
  readonly list: number;
  private readonly stride: number;

  /** @param stride bytes of an item */
  constructor(engine: Engine, stride: number) {
    super(engine);
    this.stride = stride;
    this.list = engine.exports.newList(stride);
  }

  get count(): number {
    return this.engine.words[(this.list >>> 2) + COUNT] as number;
  }

  /** Forgets the last ones, or says how many have been written. */
  set count(count: number) {
    this.engine.words[(this.list >>> 2) + COUNT] = count;
  }

  /** Gives its memory back: nothing may be asked of it any more. */
  free(): void {
    this.engine.exports.freeList(this.list);
  }

  /** Makes room for so many. */
  reserve(capacity: number): void {
    this.engine.exports.reserve(this.list, capacity);
  }

  protected addressAt(index: number): number {
    return (this.engine.words[(this.list >>> 2) + ITEMS] as number) + index * this.stride;
  }
}
