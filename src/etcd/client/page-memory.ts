import { MessageChannel, type MessagePort } from "node:worker_threads";

/** Below the largest block that glibc learns from, by more than what is added to a block (malloc/malloc.c: DEFAULT_MMAP_THRESHOLD_MAX). */
const LARGE_BLOCK_BYTES = 31 * 2 ** 20;
/** Smaller ones are not worth the call. */
const SMALLEST_FREED_BYTES = 64 * 1024;
/** What grpc-js leaves in front of a message: a flag and its length (gRPC over HTTP/2: Length-Prefixed-Message). */
const MESSAGE_HEAD_BYTES = 5;

let closedPort: MessagePort | null = null;

/**
 * Has the C library keep the memory of pages that were read for those to come. It gives a block of more than 128 KiB back to the
 * kernel, which clears it before it is used again, until a larger one was freed (mallopt(3): M_MMAP_THRESHOLD). This one is not
 * touched, so that it costs nothing, and is freed by the next collection of garbage.
 */
export function keepFreedPages(): void {
  Buffer.allocUnsafeSlow(LARGE_BLOCK_BYTES);
}

/**
 * Gives the memory of a message back at once, where it has memory of its own; its bytes are gone then. Else garbage is collected
 * for every 64 MiB of messages, however few are in use (V8 src/heap/heap.h: kExternalAllocationSoftLimit).
 */
export function freePage({ buffer, byteOffset, length }: Uint8Array): void {
  const isAlone = byteOffset <= MESSAGE_HEAD_BYTES && byteOffset + length === buffer.byteLength;
  if (!isAlone || length < SMALLEST_FREED_BYTES || !(buffer instanceof ArrayBuffer)) return;
  closedPort ??= newClosedPort();
  // A message to nobody takes what is transferred with it along (HTML, postMessage: the transfer comes before the port is looked at).
  closedPort.postMessage(null, [buffer]);
}

function newClosedPort(): MessagePort {
  const { port1 } = new MessageChannel();
  port1.close();
  return port1;
}
