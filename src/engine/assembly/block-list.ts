import { allocate, List, newList } from "./list";

/** Items of a block: 2 to this power. */
const BLOCK_BITS: u32 = 13;
const BLOCK_MASK: u32 = (1 << BLOCK_BITS) - 1;

/** A list that may grow long: what is in it stays where it is, and no memory is needed to move it. */
@unmanaged
export class BlockList {
  /** Addresses of the blocks, u32 each. */
  blocks: List;
  count: u32;
  /** Bytes of an item. */
  stride: u32;

  /** The address of item `index`. */
  at(index: u32): usize {
    return load<u32>(this.blocks.at(index >> BLOCK_BITS)) + (index & BLOCK_MASK) * this.stride;
  }

  /** The address of a new item, whose bytes are whatever they were. */
  push(): usize {
    if ((this.count & BLOCK_MASK) === 0) store<u32>(this.blocks.push(), <u32>allocate(this.stride << BLOCK_BITS));
    return this.at(this.count++);
  }

  /** Forgets all items, and gives their memory back. */
  clear(): void {
    for (let block: u32 = 0; block < this.blocks.count; block++) heap.free(load<u32>(this.blocks.at(block)));
    this.blocks.count = 0;
    this.count = 0;
  }
}

/** A new and empty list. */
export function newBlockList(stride: u32): BlockList {
  const list = changetype<BlockList>(allocate(offsetof<BlockList>()));
  list.blocks = newList(4);
  list.count = 0;
  list.stride = stride;
  return list;
}

/** Empties a list. */
export function clearBlockList(list: BlockList): void {
  list.clear();
}
