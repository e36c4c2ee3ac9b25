import { parentPort, workerData } from "node:worker_threads";
import { TrailingHash } from "../bytes/trailing-hash.ts";
import { HashRing } from "./hash-ring.ts";

/** Hashes the chunks of a ring until it ends, and then tells the digest. */
const ring = new HashRing(workerData);
const hash = new TrailingHash();
for (let chunk = ring.chunkToHash(); chunk !== undefined; chunk = ring.chunkToHash()) {
  hash.update(chunk);
  ring.release();
}
parentPort?.postMessage(hash.digest());
