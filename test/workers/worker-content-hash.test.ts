import { createHash, randomBytes } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { InputFailed, readChunks, streamFeed } from "../../src/source/chunk-feed.ts";
import { CHUNK_LENGTH, type ContentHash, InlineContentHash } from "../../src/source/content-hash.ts";
import { BUFFER_COUNT, WorkerContentHash } from "../../src/workers/worker-content-hash.ts";
import { withFile } from "../source/read-snapshot.ts";

const signal = new AbortController().signal;
const MIB = CHUNK_LENGTH;

async function hashOf(bytes: Uint8Array, hash: ContentHash, pieceLength = 300_000) {
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceLength) }, (_, index) =>
    bytes.subarray(index * pieceLength, (index + 1) * pieceLength),
  );
  const seen: Buffer[] = [];
  const feed = streamFeed(Readable.from(pieces)[Symbol.asyncIterator]());
  const length = await readChunks(feed, hash, signal, (chunk) => void seen.push(Buffer.from(chunk)));
  expect(length).toBe(bytes.length);
  expect(Buffer.concat(seen).equals(bytes)).toBe(true);
  return hash.finish();
}

/** The code of a thread, as an address. */
function threadOf(code: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

describe("the hash of a thread is that of no thread", () => {
  test.each([0, 1, 31, 32, 33, MIB - 1, MIB, MIB + 1, MIB + 31, MIB + 32, MIB + 33, 2 * MIB + 32, 11 * MIB + 17])(
    "for %s bytes",
    async (length) => {
      const bytes = randomBytes(length);
      const digest = await hashOf(bytes, new WorkerContentHash());
      expect(digest).toEqual(await hashOf(bytes, new InlineContentHash()));
      expect(digest.whole).toBe(createHash("sha256").update(bytes).digest("hex"));
      const end = Math.max(0, length - 32);
      expect(digest.withoutTrailer).toBe(createHash("sha256").update(bytes.subarray(0, end)).digest("hex"));
      expect(digest.trailer).toBe(bytes.subarray(end).toString("hex"));
    },
  );
});

describe("the buffers of a hash", () => {
  test.each([
    ["of a thread", () => new WorkerContentHash()],
    ["of no thread", () => new InlineContentHash()],
  ])("%s are handed out again only when both the reader and the hash are done with them", async (_, open) => {
    const hash = open();
    const expected = createHash("sha256");
    const buffers = new Set<Uint8Array>();
    for (let index = 0; index < 40; index++) {
      const buffer = await hash.acquire();
      buffers.add(buffer);
      // The hash may not have looked at the last one yet: that one must not be among those filled now.
      buffer.fill(index);
      expected.update(buffer);
      hash.update(buffer, buffer.length);
      hash.release(buffer);
    }
    expect((await hash.finish()).whole).toBe(expected.digest("hex"));
    expect(buffers.size).toBeLessThanOrEqual(BUFFER_COUNT);
  });

  test("of a thread are waited for when all are held", async () => {
    const hash = new WorkerContentHash();
    const held: Uint8Array[] = [];
    for (let index = 0; index < BUFFER_COUNT; index++) held.push(await hash.acquire());
    let isGiven = false;
    const next = hash.acquire().then((buffer) => {
      isGiven = true;
      return buffer;
    });
    await wait(50);
    expect(isGiven).toBe(false);
    const [first] = held;
    if (first !== undefined) hash.release(first);
    expect(await next).toBe(first);
    await hash.finish();
  });
});

describe("a file that is read where it is hashed", () => {
  async function readFile(path: string, hash: ContentHash, until = new AbortController()) {
    const handle = await open(path, "r");
    const seen: Buffer[] = [];
    try {
      await hash.readFile(handle, until.signal, (chunk) => void seen.push(Buffer.from(chunk)));
      return { bytes: Buffer.concat(seen), digest: await hash.finish() };
    } finally {
      await handle.close();
    }
  }

  test.each([0, 1, 32, MIB - 1, MIB, MIB + 33, (BUFFER_COUNT + 4) * MIB + 17])("of %s bytes", async (length) => {
    const bytes = randomBytes(length);
    await withFile(bytes, async (path) => {
      const read = await readFile(path, new WorkerContentHash());
      expect(read.bytes.equals(bytes)).toBe(true);
      expect(read.digest.whole).toBe(createHash("sha256").update(bytes).digest("hex"));
      const inline = await readFile(path, new InlineContentHash());
      expect(inline.bytes.equals(bytes)).toBe(true);
      expect(read.digest).toEqual(inline.digest);
    });
  });

  test("is left when the reading is stopped", async () => {
    await withFile(randomBytes(40 * MIB), async (path) => {
      const hash = new WorkerContentHash();
      const handle = await open(path, "r");
      const stop = new AbortController();
      let chunks = 0;
      await hash.readFile(handle, stop.signal, () => {
        if (++chunks === 3) stop.abort();
      });
      await hash.finish();
      await handle.close();
      expect(chunks).toBe(3);
    });
  });

  test("fails with the system's code, and its thread ends all the same", async () => {
    const hash = new WorkerContentHash();
    const folder = openSync(import.meta.dirname, "r");
    const reading = hash.readFile({ fd: folder } as Awaited<ReturnType<typeof open>>, signal, () => undefined);
    const error = await reading.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputFailed);
    expect(error).toMatchObject({ code: "EISDIR" });
    await hash.finish();
    closeSync(folder);
  });

  test("is handed to no one who fails", async () => {
    await withFile(randomBytes(3 * MIB), async (path) => {
      const hash = new WorkerContentHash();
      const handle = await open(path, "r");
      const defect = new TypeError("a defect");
      const reading = hash.readFile(handle, signal, () => {
        throw defect;
      });
      await expect(reading).rejects.toBe(defect);
      await hash.finish();
      await handle.close();
    });
  });

  test("of a thread that fails is an error", async () => {
    await withFile(randomBytes(MIB), async (path) => {
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
    [
      "throws at its first message",
      "import('node:worker_threads').then(({ parentPort }) => parentPort.on('message', () => { throw new Error('broken'); }))",
    ],
    [
      "ends at its first message",
      "import('node:worker_threads').then(({ parentPort }) => parentPort.on('message', () => process.exit(0)))",
    ],
  ];

  test.each(failing)("one that %s", async (_, code) => {
    await expect(
      hashOf(new Uint8Array((BUFFER_COUNT + 3) * MIB), new WorkerContentHash(threadOf(code))),
    ).rejects.toThrow();
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
