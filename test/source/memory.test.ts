import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createGzip } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { audit } from "../../src/audit.ts";
import { bboltFile } from "../bbolt-file/bbolt-file.ts";
import { keyValueMessage, revisionKey } from "../bbolt-file/etcd-record.ts";
import { withFile } from "./read-snapshot.ts";

const KEYS = 2000;
const MIB = 1024 * 1024;
/** What one chunk costs a handful of times over, and buffers that nobody has collected yet. */
const SLACK = 16 * MIB;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** A member's file of so many revisions of 2,000 secrets. */
function snapshotOf(revisions: number): Uint8Array {
  const encrypted = new TextEncoder().encode("k8s:enc:secretbox:v1:key1:0123456789012345678901234567890123456789");
  const entries = Array.from({ length: revisions }, (_, index) => {
    const record = { revision: index + 2, key: `/registry/secrets/team/token-${index % KEYS}`, value: encrypted };
    return { key: revisionKey(record.revision), value: keyValueMessage(record) };
  });
  const buckets = new Map([
    ["key", { entries }],
    ["meta", { entries: [] }],
  ]);
  return bboltFile({ buckets, trailer: false }).bytes;
}

/** Bytes held by typed arrays and objects when nearly all has been read, beyond those held before. */
async function heldWhileReading(path: string): Promise<number> {
  collectGarbage();
  const before = process.memoryUsage();
  let held = 0;
  let nextLook = 0.5;
  const result = await audit({
    path,
    onProgress: (read, total) => {
      if (total === null || read < total * nextLook) return;
      nextLook += 0.24;
      collectGarbage();
      const { arrayBuffers, heapUsed } = process.memoryUsage();
      held = Math.max(held, arrayBuffers - before.arrayBuffers + heapUsed - before.heapUsed);
    },
  });
  expect(result.sources[0]?.incompleteReasons).toEqual([]);
  expect(result.summary.areas.head.encrypted).toBe(KEYS);
  return held;
}

describe("what is held while revisions are read", () => {
  const few = 20_000;
  const many = 220_000;
  let fewBytes: Uint8Array;
  let manyBytes: Uint8Array;

  beforeAll(() => {
    fewBytes = snapshotOf(few);
    manyBytes = snapshotOf(many);
  }, 60_000);

  test("does not grow with their number where the file can be sought", async () => {
    const small = await withFile(fewBytes, heldWhileReading);
    const large = await withFile(manyBytes, heldWhileReading);
    expect(manyBytes.length).toBeGreaterThan(30 * MIB);
    expect(large - small).toBeLessThan(SLACK);
    expect(large).toBeLessThan(SLACK);
  });

  test("grows by about 24 bytes for each where it comes as a stream", async () => {
    const asStream = (bytes: Uint8Array) =>
      withFile(new Uint8Array(0), async (path) => {
        await pipeline(Readable.from([bytes]), createGzip({ level: 1 }), createWriteStream(path));
        return heldWhileReading(path);
      });
    const small = await asStream(fewBytes);
    const large = await asStream(manyBytes);
    expect(large - small).toBeLessThan((many - few) * 40 + SLACK / 2);
    expect(large).toBeLessThan(many * 24 + SLACK);
  });
});
