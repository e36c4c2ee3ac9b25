import { readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { TrailingHash } from "../bytes/trailing-hash.ts";
import type { HashReply, HashRequest } from "./hash-messages.ts";

/** Reads a file chunk by chunk into shared memory, and hashes each once it has been handed over. */
const hash = new TrailingHash();
const buffers: readonly Uint8Array[] = workerData;
/** Bytes of the file that have been read. */
let position = 0;

function reply(message: HashReply): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", (request: HashRequest) => {
  switch (request.kind) {
    case "read":
      read(request.descriptor, request.buffer);
      break;
    case "finish":
      reply({ kind: "digest", digest: hash.digest() });
      parentPort?.close();
      break;
  }
});

function read(descriptor: number, buffer: number): void {
  let length: number;
  try {
    length = fill(descriptor, bytesOf(buffer));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    reply({ kind: "read-failed", code, message: error instanceof Error ? error.message : String(error) });
    return;
  }
  // It is decoded while it is hashed.
  reply({ kind: "read", buffer, length });
  hash.update(bytesOf(buffer).subarray(0, length));
}

/** Fills the buffer but at the end of the file. What came before a failure is given first: the next request meets it. */
function fill(descriptor: number, buffer: Uint8Array): number {
  let filled = 0;
  try {
    while (filled < buffer.length) {
      const length = readSync(descriptor, buffer, filled, buffer.length - filled, position);
      if (length === 0) break;
      filled += length;
      position += length;
    }
  } catch (error) {
    if (filled === 0) throw error;
  }
  return filled;
}

function bytesOf(buffer: number): Uint8Array {
  return buffers[buffer] ?? new Uint8Array(0);
}
