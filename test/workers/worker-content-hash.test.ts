import { createHash, randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { CHUNK_LENGTH, type ContentHash, InlineContentHash, readThrough } from "../../src/source/content-hash.ts";
import { InputFailed } from "../../src/source/input-failed.ts";
import { OpenFile } from "../../src/source/seekable-file.ts";
import { RING_CHUNKS } from "../../src/workers/hash-ring.ts";
import { WorkerContentHash } from "../../src/workers/worker-content-hash.ts";
import { withFile } from "../source/read-snapshot.ts";

const signal = new AbortController().signal;

async function readFile(path: string, hash: ContentHash, until = new AbortController()) {
  const handle = await open(path, "r");
  const seen: Buffer[] = [];
  try {
    await readThrough(new OpenFile(handle), hash, until.signal, (chunk) => void seen.push(Buffer.from(chunk)));
    return { bytes: Buffer.concat(seen), digest: await hash.finish() };
  } finally {
    await handle.close();
  }
}

/** The code of a thread, as an address. */
function threadOf(code: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

/** The code of a thread that does so once there is something to hash, or will be nothing. */
function atFirstChunk(code: string): string {
  const wait = "Atomics.wait(new Int32Array(workerData.control), 0, 0);";
  return `import("node:worker_threads").then(({ workerData }) => { ${wait} ${code}; })`;
}

describe("a file that is read where it is hashed", () => {
  const lengths = [
    0,
    1,
    31,
    32,
    33,
    CHUNK_LENGTH - 1,
    CHUNK_LENGTH,
    CHUNK_LENGTH + 1,
    CHUNK_LENGTH + 31,
    CHUNK_LENGTH + 32,
    CHUNK_LENGTH + 33,
    (RING_CHUNKS + 4) * CHUNK_LENGTH + 17,
  ];
  test.each(lengths)("of %s bytes, with a thread and without", async (length) => {
    const bytes = randomBytes(length);
    await withFile(bytes, async (path) => {
      const read = await readFile(path, new WorkerContentHash());
      expect(read.bytes.equals(bytes)).toBe(true);
      const end = Math.max(0, length - 32);
      expect(read.digest).toEqual({
        whole: createHash("sha256").update(bytes).digest("hex"),
        withoutTrailer: createHash("sha256").update(bytes.subarray(0, end)).digest("hex"),
        trailer: bytes.subarray(end).toString("hex"),
      });
      const inline = await readFile(path, new InlineContentHash());
      expect(inline.bytes.equals(bytes)).toBe(true);
      expect(read.digest).toEqual(inline.digest);
    });
  });

  test("is left when the reading is stopped", async () => {
    await withFile(randomBytes(40 * CHUNK_LENGTH), async (path) => {
      const hash = new WorkerContentHash();
      const handle = await open(path, "r");
      const stop = new AbortController();
      let chunks = 0;
      await readThrough(new OpenFile(handle), hash, stop.signal, () => {
        if (++chunks === 3) stop.abort();
      });
      await hash.finish();
      await handle.close();
      expect(chunks).toBe(3);
    });
  });

  test("fails with the system's code, and its thread ends all the same", async () => {
    const hash = new WorkerContentHash();
    const folder = await open(import.meta.dirname, "r");
    const reading = readThrough(new OpenFile(folder), hash, signal, () => undefined);
    const error = await reading.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputFailed);
    expect(error).toMatchObject({ code: "EISDIR" });
    await hash.finish();
    await folder.close();
  });

  test("is handed to no one who fails", async () => {
    await withFile(randomBytes(3 * CHUNK_LENGTH), async (path) => {
      const hash = new WorkerContentHash();
      const handle = await open(path, "r");
      const defect = new TypeError("a defect");
      const reading = readThrough(new OpenFile(handle), hash, signal, () => {
        throw defect;
      });
      await expect(reading).rejects.toBe(defect);
      await hash.finish();
      await handle.close();
    });
  });

  test("of a thread that fails is an error", async () => {
    await withFile(randomBytes(CHUNK_LENGTH), async (path) => {
      const broken = new WorkerContentHash(threadOf("throw new Error('broken')"));
      await expect(readFile(path, broken)).rejects.toThrow("broken");
    });
  });
});

describe("a thread that fails is an error, not a wait without end", () => {
  const failing: readonly (readonly [string, string])[] = [
    ["throws at once", "throw new Error('broken')"],
    ["ends at once", "process.exit(0)"],
    ["ends without an answer", ""],
    ["throws at its first chunk", atFirstChunk("throw new Error('broken')")],
    ["ends at its first chunk", atFirstChunk("process.exit(0)")],
  ];

  test.each(failing)("one that %s", async (_, code) => {
    await withFile(new Uint8Array((RING_CHUNKS + 3) * CHUNK_LENGTH), async (path) => {
      await expect(readFile(path, new WorkerContentHash(threadOf(code)))).rejects.toThrow();
    });
    await expect(new WorkerContentHash(threadOf(code)).finish()).rejects.toThrow();
  });

  test("one whose code is not there", async () => {
    const hash = new WorkerContentHash(new URL("./no-such-worker.js", import.meta.url));
    await expect(hash.finish()).rejects.toThrow();
  });

  test("one that fails while nobody looks is told of later", async () => {
    const hash = new WorkerContentHash(threadOf("throw new Error('broken')"));
    await wait(200);
    await expect(hash.finish()).rejects.toThrow("broken");
  });
});
