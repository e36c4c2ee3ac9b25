import { createHash, randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import { type ContentHash, InlineContentHash, type OpenHash } from "../../src/source/content-hash.ts";
import { InputFailed } from "../../src/source/input-failed.ts";
import { CHUNK_COUNT, CHUNK_LENGTH, type PageWalker, PageWindow } from "../../src/source/page-window.ts";
import { readThrough } from "../../src/source/read-through.ts";
import { OpenFile } from "../../src/source/seekable-file.ts";
import { LateContentHash } from "../../src/workers/late-content-hash.ts";
import { WorkerContentHash } from "../../src/workers/worker-content-hash.ts";
import { withFile } from "../source/read-snapshot.ts";

const PAGE_SIZE = 4096;

/** Reads and hashes a file or folder. Of what was read, all whole pages are copied. */
class Reading {
  readonly hash: ContentHash;
  readonly pages: Buffer[] = [];
  private readonly engine = new Engine();
  private readonly window = new PageWindow(this.engine);

  constructor(openHash: OpenHash) {
    this.hash = openHash(null, this.window.chunks);
  }

  async readThrough(path: string, onChunk: () => void = () => undefined, until = new AbortController()): Promise<void> {
    const handle = await open(path, "r");
    const walker: PageWalker = {
      walk: (start, end) => {
        const walked = Math.floor((end - start) / PAGE_SIZE);
        this.pages.push(Buffer.from(this.engine.bytes.slice(start, start + walked * PAGE_SIZE)));
        return { walked, needed: 1 };
      },
    };
    try {
      await readThrough(new OpenFile(handle), this.window, this.hash, until.signal, () => {
        this.window.endChunk(walker, PAGE_SIZE);
        onChunk();
      });
    } finally {
      await handle.close();
    }
  }
}

const inThread: OpenHash = (_, chunks) => new WorkerContentHash(chunks);
const inline: OpenHash = (_, chunks) => new InlineContentHash(chunks);
const late: OpenHash = (_, chunks) => new LateContentHash(chunks);
const inThreadOf =
  (code: URL): OpenHash =>
  (_, chunks) =>
    new WorkerContentHash(chunks, code);

/** The code of a thread, as an address. */
function threadOf(code: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

/** The code of a thread that does so once there is something to hash, or will be nothing. */
function atFirstChunk(code: string): string {
  const wait = "Atomics.wait(new Int32Array(workerData.control), 0, 0);";
  return `import("node:worker_threads").then(({ workerData }) => { ${wait} ${code}; })`;
}

describe("a file that is hashed as it is read", () => {
  const full = CHUNK_COUNT * CHUNK_LENGTH;
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
    full - 1,
    full,
    full + 1,
    full + 4 * CHUNK_LENGTH + 17,
    3 * full + 1,
  ];
  describe.each([
    ["in a thread", inThread],
    ["on the thread that reads", inline],
    ["in a thread once there is much of it", late],
  ])("%s", (_, openHash) => {
    test.each(lengths)("of %s bytes", async (length) => {
      const bytes = randomBytes(length);
      await withFile(bytes, async (path) => {
        const reading = new Reading(openHash);
        await reading.readThrough(path);
        const digest = await reading.hash.finish();
        const whole = length - (length % PAGE_SIZE);
        expect(Buffer.concat(reading.pages).equals(bytes.subarray(0, whole))).toBe(true);
        const end = Math.max(0, length - 32);
        expect(digest).toEqual({
          whole: createHash("sha256").update(bytes).digest("hex"),
          withoutTrailer: createHash("sha256").update(bytes.subarray(0, end)).digest("hex"),
          trailer: bytes.subarray(end).toString("hex"),
        });
      });
    });
  });

  test("is left when the reading is stopped", async () => {
    await withFile(randomBytes(40 * CHUNK_LENGTH), async (path) => {
      const reading = new Reading(inThread);
      const stop = new AbortController();
      let chunks = 0;
      await reading.readThrough(path, () => ++chunks === 3 && stop.abort(), stop);
      await reading.hash.finish();
      expect(chunks).toBe(3);
    });
  });

  test("fails with the system's code, and its thread ends all the same", async () => {
    const reading = new Reading(inThread);
    const error = await reading.readThrough(import.meta.dirname).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputFailed);
    expect(error).toMatchObject({ code: "EISDIR" });
    await reading.hash.finish();
  });

  test("is handed to no one who fails", async () => {
    await withFile(randomBytes(3 * CHUNK_LENGTH), async (path) => {
      const reading = new Reading(inThread);
      const defect = new TypeError("a defect");
      const failing = reading.readThrough(path, () => {
        throw defect;
      });
      await expect(failing).rejects.toBe(defect);
      await reading.hash.finish();
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
    const broken = inThreadOf(threadOf(code));
    await withFile(new Uint8Array((CHUNK_COUNT + 3) * CHUNK_LENGTH), async (path) => {
      await expect(new Reading(broken).readThrough(path)).rejects.toThrow();
    });
    await withFile(new Uint8Array(CHUNK_LENGTH), async (path) => {
      const reading = new Reading(broken);
      await reading.readThrough(path).catch(() => undefined);
      await expect(reading.hash.finish()).rejects.toThrow();
    });
    await expect(new Reading(broken).hash.finish()).rejects.toThrow();
  });

  test("one whose code is not there", async () => {
    const { hash } = new Reading(inThreadOf(new URL("./no-such-worker.js", import.meta.url)));
    await expect(hash.finish()).rejects.toThrow();
  });

  test("one that fails while nobody looks is told of later", async () => {
    const { hash } = new Reading(inThreadOf(threadOf("throw new Error('broken')")));
    await wait(200);
    await expect(hash.finish()).rejects.toThrow("broken");
  });
});

test("memory that no thread can share is refused", () => {
  const chunks = { buffer: new ArrayBuffer(CHUNK_COUNT * CHUNK_LENGTH), offset: 0 };
  expect(() => new WorkerContentHash(chunks)).toThrow(TypeError);
});
