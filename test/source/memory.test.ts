import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { createGzip } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { bboltFile } from "../bbolt-file/bbolt-file.ts";
import { keyValueMessage, revisionKey } from "../bbolt-file/etcd-record.ts";
import { runCommand } from "../etcd/run-command.ts";
import { withFile } from "./read-snapshot.ts";

const KEYS = 2000;
const MIB = 1024 * 1024;
/** By how much two runs of one process may differ. */
const SLACK = 16 * MIB;
/** What is kept of a revision of which it is not known yet whether it is stored (src/engine/assembly/row.ts). */
const ROW_SIZE = 64;
/** What is kept of a stored write, up to some two million of them; sorted once, in another place. */
const WRITES_SIZE = 2 * 16;
const LIBRARY = pathToFileURL(join(import.meta.dirname, "../../dist/index.js")).href;

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

/**
 * The most memory, in bytes, that a process of its own takes for auditing a file (proc(5): VmHWM). What getrusage tells is
 * no less than its parent had.
 */
async function memoryFor(path: string): Promise<number> {
  const code = `
    const { audit } = await import(${JSON.stringify(LIBRARY)});
    const { sources, summary } = await audit({ path: ${JSON.stringify(path)} });
    const { readFileSync } = await import("node:fs");
    const most = Number(/VmHWM:\\s+(\\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
    console.log(JSON.stringify({ reasons: sources[0].incompleteReasons, live: summary.areas.head.encrypted, most }));`;
  const output = await runCommand(process.execPath, ["--input-type=module", "-e", code]);
  const { reasons, live, most } = JSON.parse(output);
  expect({ reasons, live }).toEqual({ reasons: [], live: KEYS });
  return most * 1024;
}

describe.skipIf(process.platform !== "linux")("the memory that reading takes (needs Linux)", () => {
  // Both are so large that they are hashed in a thread.
  const few = 250_000;
  const many = 750_000;
  let fewBytes: Uint8Array;
  let manyBytes: Uint8Array;

  beforeAll(() => {
    fewBytes = snapshotOf(few);
    manyBytes = snapshotOf(many);
  }, 60_000);

  test("grows by a write for each revision where the file can be sought", async () => {
    const small = await withFile(fewBytes, memoryFor);
    const large = await withFile(manyBytes, memoryFor);
    expect(fewBytes.length).toBeGreaterThan(32 * MIB);
    expect(large - small).toBeLessThan((many - few) * WRITES_SIZE + SLACK);
  });

  test("grows by a row more for each where it comes as a stream", async () => {
    const asStream = (bytes: Uint8Array) =>
      withFile(new Uint8Array(0), async (path) => {
        await pipeline(Readable.from([bytes]), createGzip({ level: 1 }), createWriteStream(path));
        return memoryFor(path);
      });
    const small = await asStream(fewBytes);
    const large = await asStream(manyBytes);
    expect(large - small).toBeLessThan((many - few) * (ROW_SIZE + WRITES_SIZE) + SLACK);
  });
});
