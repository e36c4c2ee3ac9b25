/** Below the largest block that glibc learns from, by more than what is added to a block (malloc/malloc.c: DEFAULT_MMAP_THRESHOLD_MAX). */
const LARGE_BLOCK_BYTES = 31 * 2 ** 20;

/**
 * Has the C library keep the memory of pages that were read for those to come. It gives a block of more than 128 KiB back to the
 * kernel, which clears it before it is used again, until a larger one was freed (mallopt(3): M_MMAP_THRESHOLD). This one is not
 * touched, so that it costs nothing, and is freed by the next collection of garbage.
 */
export function keepFreedBlocks(): void {
  Buffer.allocUnsafeSlow(LARGE_BLOCK_BYTES);
}
