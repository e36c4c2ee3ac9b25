import type { Engine } from "./engine.ts";
import { EngineItems } from "./items.ts";
import { ROW_SIZE } from "./rows.ts";

/** Layout of a list (assembly/block-list.ts) in words: the list of its blocks' addresses, how many items there are. */
const BLOCKS = 0;
const COUNT = 1;
const BLOCK_BITS = 13;
const BLOCK_MASK = 2 ** BLOCK_BITS - 1;

/** Many items of one size in the engine's memory, in blocks. */
export class BlockList extends EngineItems {
  /** By this address the engine knows them. */
  readonly list: number;
  private readonly stride: number;

  /** @param stride bytes of an item */
  constructor(engine: Engine, stride: number) {
    super(engine);
    this.stride = stride;
    this.list = engine.exports.newBlockList(stride);
  }

  get count(): number {
    return this.engine.words[(this.list >>> 2) + COUNT] as number;
  }

  /** Forgets all items. */
  clear(): void {
    this.engine.exports.clearBlockList(this.list);
  }

  protected addressAt(index: number): number {
    const { words } = this.engine;
    const blocks = words[(words[(this.list >>> 2) + BLOCKS] as number) >>> 2] as number;
    const block = words[(blocks >>> 2) + (index >>> BLOCK_BITS)] as number;
    return block + (index & BLOCK_MASK) * this.stride;
  }
}

/** Rows that are kept: of a whole source, if need be. */
export class KeptRows extends BlockList {
  constructor(engine: Engine) {
    super(engine, ROW_SIZE);
  }
}
