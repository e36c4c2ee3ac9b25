import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { Keyring } from "../proof/keyring.ts";
import type { ResourceReader } from "../proof/resource-reader.ts";
import { fromPortable } from "./portable-keys.ts";
import { ProofBlock } from "./proof-block.ts";
import { type ProofThreadData, type ResourceName, STOPPED, WORK } from "./proof-messages.ts";

/** Opens the values of blocks in shared memory, whichever it can claim, until it is told to stop. */
const { memories, signals, configurations }: ProofThreadData = workerData;
const blocks = memories.map((memory) => new ProofBlock(configurations.length, memory));
const keyrings = configurations.map((configuration) => new Keyring(fromPortable(configuration)));
/** By the number of their resource. */
const readers: (readonly ResourceReader[])[] = [];

/** The names of new resources are sent before the first block that needs them is ready. */
function readersOf(resource: number): readonly ResourceReader[] {
  while (readers[resource] === undefined) {
    const received = parentPort === null ? undefined : receiveMessageOnPort(parentPort);
    if (received === undefined) throw new RangeError(`nobody has named the resource ${resource}`);
    const name: ResourceName = received.message;
    readers.push(keyrings.map((keyring) => keyring.readerFor(name)));
  }
  return readers[resource];
}

while (Atomics.load(signals, STOPPED) === 0) {
  const seen = Atomics.load(signals, WORK);
  const block = blocks.find((each) => each.claim());
  if (block === undefined) Atomics.wait(signals, WORK, seen);
  else block.prove(readersOf);
}
