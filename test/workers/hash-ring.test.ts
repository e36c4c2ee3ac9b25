import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { CHUNK_COUNT, CHUNK_LENGTH } from "../../src/source/page-window.ts";
import { HashRing, newControl } from "../../src/workers/hash-ring.ts";

/** Both ends of a ring that is full. */
function fullRing() {
  const chunks = new SharedArrayBuffer(CHUNK_COUNT * CHUNK_LENGTH);
  const control = newControl();
  const memory = { chunks, offset: 0, control };
  const reader = new HashRing(memory);
  for (let chunk = 0; chunk < CHUNK_COUNT; chunk++) reader.publish(1);
  return { control, reader, hasher: new HashRing(memory) };
}

/** What a thread does that was put aside between giving a chunk back and saying so: it wakes whoever waits much later. */
const WAKES = `const { workerData } = require("node:worker_threads");
const control = new Int32Array(workerData);
const nobody = new Int32Array(new SharedArrayBuffer(4));
for (let time = 0; time < 300; time++) {
  for (let word = 0; word < control.length; word++) Atomics.notify(control, word);
  Atomics.wait(nobody, 0, 0, 1);
}`;

describe("a ring that is full", () => {
  test("has no room for being woken: a chunk that was not hashed is not filled again", async () => {
    const { control, reader } = fullRing();
    const waking = new Worker(WAKES, { eval: true, workerData: control });
    await once(waking, "online");
    expect(reader.waitForRoom(100)).toBe(false);
    await once(waking, "exit");
  });

  test("has room as soon as a chunk was given back, whether or not that was said", () => {
    const { reader, hasher } = fullRing();
    expect(reader.waitForRoom(1)).toBe(false);
    expect(hasher.chunkToHash()?.length).toBe(1);
    hasher.release();
    expect(reader.waitForRoom(1)).toBe(true);
    reader.publish(1);
    expect(reader.waitForRoom(1)).toBe(false);
  });
});
