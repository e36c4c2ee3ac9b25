/** A list of items of one size in linear memory. */
@unmanaged
export class List {
  /** Address of the first item. */
  items: usize;
  count: u32;
  capacity: u32;
  /** Bytes of an item. */
  stride: u32;

  /** The address of item `index`. */
  at(index: u32): usize {
    return this.items + <usize>index * this.stride;
  }

  /** Makes room for so many items in all; their addresses may be other ones after it. */
  reserve(capacity: u32): void {
    if (capacity <= this.capacity) return;
    const enough = capacity + (capacity >> 1) + 64;
    const items = allocate(<usize>enough * this.stride);
    memory.copy(items, this.items, <usize>this.count * this.stride);
    heap.free(this.items);
    this.items = items;
    this.capacity = enough;
  }

  /** Ends its life. */
  free(): void {
    heap.free(this.items);
    heap.free(changetype<usize>(this));
  }

  /** The address of a new item, whose bytes are whatever they were. */
  push(): usize {
    if (this.count === this.capacity) this.reserve(this.count + 1);
    return this.at(this.count++);
  }
}

/** A new and empty list. */
export function newList(stride: u32): List {
  const list = changetype<List>(allocate(offsetof<List>()));
  list.items = allocate(8);
  list.count = 0;
  list.capacity = 0;
  list.stride = stride;
  return list;
}

/** Memory for so many bytes, aligned to 16; traps when there is none left. */
export function allocate(size: usize): usize {
  return heap.alloc(size);
}

/** The same with all bytes 0. */
export function allocateZeros(size: usize): usize {
  const address = heap.alloc(size);
  memory.fill(address, 0, size);
  return address;
}

/** Ends the life of a list. */
export function freeList(list: List): void {
  list.free();
}

/** Makes room in a list. */
export function reserve(list: List, capacity: u32): void {
  list.reserve(capacity);
}

/** Gives memory back. */
export function release(address: usize): void {
  heap.free(address);
}
