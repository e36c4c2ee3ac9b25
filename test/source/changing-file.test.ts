import { spawn } from "node:child_process";
import { once } from "node:events";
import { statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { CHUNK_LENGTH } from "../../src/source/page-window.ts";
import { OpenFile, type SeekableFile } from "../../src/source/seekable-file.ts";
import { SnapshotFile } from "../../src/source/snapshot-file.ts";
import { pagesOf, withMetaField } from "../bbolt-file/damage.ts";
import type { EtcdRecord } from "../bbolt-file/etcd-record.ts";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import { codesOf, INLINE_HASH, type Reading, readPath, readSource, withFile } from "./read-snapshot.ts";

function records(count: number, valueLength = 300): EtcdRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    revision: index + 2,
    key: `/registry/secrets/a/token-${index}`,
    value: new Uint8Array(valueLength).fill(index),
  }));
}

const COUNT = 120;
const bare = etcdSnapshot({ records: records(COUNT), trailer: false });

/** A file whose reads are told of first. */
class WatchedFile extends OpenFile {
  onRead: (position: number, length: number) => void = () => undefined;

  override readNow(buffer: Uint8Array, position: number): number {
    this.onRead(position, buffer.length);
    return super.readNow(buffer, position);
  }
}

/** Reads a file of these bytes; `onRead` is told of each read and of the file's path. */
async function readWatched(
  bytes: Uint8Array,
  onRead: (path: string, position: number, length: number) => void,
): Promise<Reading> {
  return withFile(bytes, async (path) => {
    const handle = await open(path, "r");
    try {
      const file = new WatchedFile(handle);
      file.onRead = (position, length) => onRead(path, position, length);
      return await readSource(new SnapshotFile(path, file, INLINE_HASH));
    } finally {
      await handle.close();
    }
  });
}

function ioError(): Error {
  return Object.assign(new Error("i/o error"), { code: "EIO", syscall: "read" });
}

describe("a file that changes or fails while it is read", () => {
  test("is told of when the transaction moved", async () => {
    const newer = withMetaField(bare, 1, "txid", 100);
    const reading = await readWatched(bare.bytes, (path, _, length) => {
      if (length === CHUNK_LENGTH) writeFileSync(path, newer.bytes);
    });
    expect(codesOf(reading)).toEqual(["changed-while-read"]);
  });

  test("is told of when it has another length", async () => {
    for (const bytes of [bare.bytes.subarray(0, -4096), Buffer.concat([bare.bytes, new Uint8Array(4096)])]) {
      const reading = await readWatched(bare.bytes, (path, _, length) => {
        if (length === CHUNK_LENGTH) writeFileSync(path, bytes);
      });
      expect(codesOf(reading)).toContain("changed-while-read");
      expect(reading.facts.sha256).toBeNull();
    }
  });

  test("is told of when its first pages are no meta pages any more", async () => {
    const reading = await readWatched(bare.bytes, (path, _, length) => {
      if (length === CHUNK_LENGTH) writeFileSync(path, new Uint8Array(bare.bytes.length));
    });
    expect(codesOf(reading)).toContain("changed-while-read");
  });

  test("is nothing to tell of when it did not change", async () => {
    const reading = await readWatched(bare.bytes, () => undefined);
    expect(reading.facts.incompleteReasons).toEqual([]);
  });

  test("gives what was read until the disk failed", async () => {
    const file = etcdSnapshot({ records: records(3000, 1000) });
    const reading = await readWatched(file.bytes, (_, position, length) => {
      if (length === CHUNK_LENGTH && position >= 4 * CHUNK_LENGTH) throw ioError();
    });
    expect(codesOf(reading)).toEqual(["read-failed"]);
    expect(reading.records.length).toBeGreaterThan(500);
    expect(reading.records.length).toBeLessThan(3000);
    expect(reading.facts).toMatchObject({ sha256: null, contentSha256: null, dbSizeInUse: null });
  });

  test("is not read on where the disk failed but once, in the middle of a chunk", async () => {
    const file = etcdSnapshot({ records: records(3000, 1000) });
    const failing = 5 * CHUNK_LENGTH + 8192;
    let hasFailed = false;
    const reading = await withFile(file.bytes, async (path) => {
      const source: SeekableFile = {
        stat: async () => statSync(path, { bigint: true }),
        fetch: async () => undefined,
        readNow(buffer, position) {
          if (position === failing && !hasFailed) {
            hasFailed = true;
            throw ioError();
          }
          const end = position < failing ? Math.min(position + buffer.length, failing) : position + buffer.length;
          const bytes = file.bytes.subarray(position, end);
          buffer.set(bytes);
          return bytes.length;
        },
      };
      return readSource(new SnapshotFile(path, source, INLINE_HASH));
    });
    expect(hasFailed).toBe(true);
    expect(codesOf(reading)).toEqual(["read-failed"]);
    expect(reading.facts.incompleteReasons[0]?.message).toContain(`at byte ${failing}`);
    const before = await readWatched(file.bytes, (_, position, length) => {
      if (length === CHUNK_LENGTH && position >= 5 * CHUNK_LENGTH) throw ioError();
    });
    expect(reading.records.length).toBeGreaterThanOrEqual(before.records.length);
    expect(reading.records.length).toBeLessThan(before.records.length + 20);
  });

  test("gives the rest when the disk failed at one page of the tree", async () => {
    const [branch] = pagesOf(bare, "branch", "key");
    const reading = await readWatched(bare.bytes, (_, position, length) => {
      if (length === 4096 && position === (branch?.pgid ?? 0) * 4096) throw ioError();
    });
    expect(codesOf(reading)).toEqual(["page-damaged", "read-failed"]);
  });

  test("is refused when not even its meta pages can be read", async () => {
    const reading = readWatched(bare.bytes, () => {
      throw ioError();
    });
    await expect(reading).rejects.toMatchObject({ code: "FILE_NOT_READABLE" });
  });
});

/** Holds an exclusive lock on a file until a line comes; says "held", or "absent" where there is no such command. */
const HOLD = 'command -v flock >/dev/null || { echo absent; exit; }; exec flock -x "$1" sh -c "echo held; read line"';

describe("a file that another process holds as etcd does", () => {
  test.skipIf(process.platform !== "linux")("is told of (needs Linux, and flock of util-linux)", async (context) => {
    await withFile(bare.bytes, async (path) => {
      const holder = spawn("sh", ["-c", HOLD, "sh", path]);
      const exited = once(holder, "exit");
      const [answer] = await once(holder.stdout, "data");
      if (String(answer).trim() !== "held") return context.skip("there is no flock command");
      try {
        const reading = await readPath(path);
        expect(codesOf(reading)).toEqual(["held-by-etcd"]);
        expect(reading.records).toHaveLength(COUNT);
      } finally {
        holder.stdin.end("\n");
        await exited;
      }
      expect((await readPath(path)).facts.incompleteReasons).toEqual([]);
    });
  });
});
