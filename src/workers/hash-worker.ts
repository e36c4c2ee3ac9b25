import { parentPort, workerData } from "node:worker_threads";
import { TrailingHash } from "../bytes/trailing-hash.ts";
import type { HashReply, HashRequest } from "./hash-messages.ts";

/** Hashes chunks of shared memory in the order in which they are named. */
const hash = new TrailingHash();
const buffers: readonly Uint8Array[] = workerData;

function reply(message: HashReply): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", (request: HashRequest) => {
  switch (request.kind) {
    case "hash": {
      const buffer = buffers[request.buffer];
      if (buffer !== undefined) hash.update(buffer.subarray(0, request.length));
      reply({ kind: "hashed", buffer: request.buffer });
      break;
    }
    case "finish":
      reply({ kind: "digest", digest: hash.digest() });
      parentPort?.close();
      break;
  }
});
