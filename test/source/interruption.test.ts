import { PassThrough, Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import type { RecordSink } from "../../src/engine/record-sink.ts";
import { AuditError } from "../../src/errors.ts";
import { type ContentHash, InlineContentHash, type OpenHash } from "../../src/source/content-hash.ts";
import { openSnapshot } from "../../src/source/open-snapshot.ts";
import { SnapshotFromBytes } from "../../src/source/snapshot-from-bytes.ts";
import type { Source } from "../../src/source/source.ts";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import {
  codesOf,
  INLINE_HASH,
  piecesOf,
  READ_OPTIONS,
  readAsStream,
  readPath,
  readSource,
  withFile,
} from "./read-snapshot.ts";

const records = Array.from({ length: 6000 }, (_, index) => ({
  revision: index + 2,
  key: `/a/${index}`,
  value: new Uint8Array(900),
}));
const { bytes } = etcdSnapshot({ records, placement: "descending" });

/** Stops as soon as so many bytes have been read. */
function stopAfter(length: number): { readonly signal: AbortSignal; readonly onProgress: (read: number) => void } {
  const controller = new AbortController();
  return { signal: controller.signal, onProgress: (read) => read >= length && controller.abort() };
}

function fromStream(input: Readable): SnapshotFromBytes {
  return new SnapshotFromBytes("the stream", null, input, null, INLINE_HASH);
}

describe("reading that is stopped", () => {
  test("gives what was read, and that it was interrupted: what had not come yet is not damaged", async () => {
    for (const reading of [
      await withFile(bytes, (path) => readPath(path, stopAfter(2_000_000))),
      await readAsStream(bytes, 65_536, stopAfter(2_000_000)),
      await readAsStream(gzipSync(bytes, { level: 0 }), 65_536, stopAfter(2_000_000)),
    ]) {
      expect(codesOf(reading).filter((code) => code !== "page-damaged")).toEqual(["interrupted"]);
      expect(reading.facts.incompleteReasons.length).toBeLessThanOrEqual(2);
      expect(reading.records.length).toBeGreaterThan(500);
      expect(reading.records.length).toBeLessThan(6000);
      expect(reading.facts).toMatchObject({ sha256: null, contentSha256: null, dbSizeInUse: null });
    }
  });

  test("before the first byte has come ends at once", async () => {
    for (const isStoppedBefore of [true, false]) {
      const controller = new AbortController();
      if (isStoppedBefore) controller.abort();
      const reading = readSource(fromStream(new PassThrough()), { signal: controller.signal });
      setImmediate(() => controller.abort());
      await expect(reading).rejects.toMatchObject({ code: "INTERRUPTED" });
    }
  });
});

describe("a stream that fails", () => {
  function failing(after: number, error: Error): Readable {
    async function* pieces() {
      yield* piecesOf(bytes.subarray(0, after), 65_536);
      throw error;
    }
    return Readable.from(pieces(), { objectMode: false });
  }
  const ioError = Object.assign(new Error("i/o error"), { code: "EIO", syscall: "read" });

  test("gives what was read until then", async () => {
    const reading = await readSource(fromStream(failing(3_000_000, ioError)));
    expect(reading.facts.incompleteReasons.map(({ code }) => code)).toContain("read-failed");
    expect(reading.facts.incompleteReasons.length).toBeLessThanOrEqual(2);
    expect(reading.records.length).toBeGreaterThan(500);
  });

  test("at its first byte is refused", async () => {
    await expect(readSource(fromStream(failing(0, ioError)))).rejects.toMatchObject({ code: "FILE_NOT_READABLE" });
    const other = new Error("lost");
    await expect(readSource(fromStream(failing(0, other)))).rejects.toBe(other);
  });

  test("of no bytes is empty", async () => {
    await expect(readSource(fromStream(Readable.from([])))).rejects.toMatchObject({ code: "FILE_EMPTY" });
    const nothing = Readable.from([gzipSync("")], { objectMode: false });
    await expect(readSource(fromStream(nothing))).rejects.toMatchObject({ code: "FILE_EMPTY" });
  });

  test("of gzip's first bytes alone can't be unpacked", async () => {
    const head = Readable.from([gzipSync(bytes).subarray(0, 12)], { objectMode: false });
    await expect(readSource(fromStream(head))).rejects.toMatchObject({ code: "NOT_A_SNAPSHOT" });
  });
});

describe("a defect of the program", () => {
  const defect = new TypeError("a defect");
  const sink: RecordSink = {
    learnCompactRevision: () => undefined,
    add: () => {
      throw defect;
    },
    addUnsettled: () => {
      throw defect;
    },
    settle: () => undefined,
    addFreed: () => undefined,
    addWalPuts: () => undefined,
  };

  const read = (source: Source, into = sink) => source.read(into, { ...READ_OPTIONS, engine: new Engine() });

  /** Notes whether it was ended: a hash with a thread would keep the process alive. */
  class WatchedHash extends InlineContentHash {
    isFinished = false;
    override finish(): ReturnType<ContentHash["finish"]> {
      this.isFinished = true;
      return super.finish();
    }
  }

  test.each<readonly [string, RecordSink]>([
    ["while records are taken", sink],
    [
      "before any is",
      {
        ...sink,
        learnCompactRevision: () => {
          throw defect;
        },
      },
    ],
  ])("%s is thrown as it is, not told as a failure of the file, and ends the hash", async (_, into) => {
    const hashes: WatchedHash[] = [];
    const openHash: OpenHash = (_size, chunks) => {
      const hash = new WatchedHash(chunks);
      hashes.push(hash);
      return hash;
    };
    const reading = withFile(bytes, async (path) => {
      const { source, close } = await openSnapshot(path, openHash);
      return read(source, into).finally(close);
    });
    await expect(reading).rejects.toBe(defect);
    expect(hashes.map(({ isFinished }) => isFinished)).toEqual([true]);
  });

  test.each([
    ["plain", bytes],
    ["packed", gzipSync(bytes)],
  ])("of a stream gives it back: %s", async (_, content) => {
    let giveBack: () => void = () => undefined;
    const isGivenBack = new Promise<void>((resolve) => {
      giveBack = resolve;
    });
    async function* pieces() {
      try {
        yield* piecesOf(content, 9999);
      } finally {
        giveBack();
      }
    }
    await expect(read(new SnapshotFromBytes("x", null, pieces(), null, INLINE_HASH))).rejects.toBe(defect);
    await isGivenBack;
    const input = Readable.from(piecesOf(bytes, 9999));
    await expect(read(fromStream(input))).rejects.toBe(defect);
    expect(input.destroyed).toBe(true);
  });

  test("an AuditError of the sink is thrown as it is, too", async () => {
    const refusal = new AuditError("USAGE", "refused");
    const refusing = {
      ...sink,
      addUnsettled: () => {
        throw refusal;
      },
    };
    await expect(read(fromStream(Readable.from(piecesOf(bytes, 9999))), refusing)).rejects.toBe(refusal);
  });
});
