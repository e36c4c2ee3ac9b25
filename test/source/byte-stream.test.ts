import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { isGzip, openSnapshotBytes } from "../../src/source/byte-stream.ts";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import { codesOf, piecesOf, readAsStream, readPath, withFile } from "./read-snapshot.ts";

/** Bytes of which some can be packed well and some not at all; longer than zlib's buffers. */
const data = Buffer.concat([new Uint8Array(3_000_000).fill(7), randomBytes(700_000), new Uint8Array(2_000_000)]);
const packed = gzipSync(data);
/** Bytes that are asked for in one piece first. */
const HEAD_LENGTH = 1_500_000;

interface Outcome {
  readonly length: number;
  readonly isAsSent: boolean;
  readonly code: unknown;
  readonly compressedSha256: string | null;
  readonly taken: number;
}

async function read(bytes: Uint8Array, pieceLength: number, isSlow = false): Promise<Outcome> {
  const input = Readable.from(piecesOf(bytes, pieceLength), { objectMode: false });
  const opened = await openSnapshotBytes(input, HEAD_LENGTH);
  const parts: Uint8Array[] = [];
  let code: unknown;
  try {
    for (;;) {
      const next = await opened.stream.next();
      if (next.done === true) break;
      parts.push(Buffer.from(next.value));
      if (isSlow) await setImmediate();
    }
  } catch (error) {
    code = error instanceof Error && "code" in error ? error.code : error;
  }
  const all = Buffer.concat(parts);
  if (code === undefined) expect(parts[0]?.length).toBeGreaterThanOrEqual(Math.min(HEAD_LENGTH, all.length));
  return {
    length: all.length,
    isAsSent: all.equals(data.subarray(0, all.length)),
    code,
    compressedSha256: opened.compressedSha256(),
    taken: opened.bytesTaken(),
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

describe.each([100_000, 1_048_576, 777])("a stream that comes in pieces of %s bytes", (pieceLength) => {
  test("is passed on when it is not packed", async () => {
    const outcome = await read(data, pieceLength);
    expect(outcome).toEqual({
      length: data.length,
      isAsSent: true,
      code: undefined,
      compressedSha256: null,
      taken: data.length,
    });
  });

  test.each([false, true])("is unpacked, and hashed as it came (slow reader: %s)", async (isSlow) => {
    const outcome = await read(packed, pieceLength, isSlow);
    expect(outcome).toEqual({
      length: data.length,
      isAsSent: true,
      code: undefined,
      compressedSha256: sha256(packed),
      taken: packed.length,
    });
  });

  test.each([false, true])(
    "that was cut gives all that is in it, and then an error (slow reader: %s)",
    async (isSlow) => {
      for (const end of [packed.length - 1, packed.length - 8, packed.length - 9, 400_000, 20]) {
        const outcome = await read(packed.subarray(0, end), pieceLength, isSlow);
        expect(outcome.code).toBe("Z_BUF_ERROR");
        expect(outcome.isAsSent).toBe(true);
        expect(outcome.compressedSha256).toBe(sha256(packed.subarray(0, end)));
        if (end >= packed.length - 8) expect(outcome.length).toBe(data.length);
        if (end === 400_000) expect(outcome.length).toBeGreaterThan(3_300_000);
      }
    },
  );

  test("packed in two parts is read as one", async () => {
    const parts = Buffer.concat([gzipSync(data.subarray(0, 1_000_000)), gzipSync(data.subarray(1_000_000))]);
    expect(await read(parts, pieceLength)).toMatchObject({ length: data.length, isAsSent: true, code: undefined });
  });

  test("with zeros after the packed data is read, and hashed with them", async () => {
    const padded = Buffer.concat([packed, new Uint8Array(3_000_000)]);
    const outcome = await read(padded, pieceLength);
    expect(outcome).toMatchObject({ length: data.length, code: undefined, compressedSha256: sha256(padded) });
  });

  test("with a wrong checksum, or other bytes after the packed data, is an error", async () => {
    const wrong = Buffer.from(packed);
    wrong[wrong.length - 6] = (wrong[wrong.length - 6] ?? 0) ^ 1;
    expect((await read(wrong, pieceLength)).code).toBe("Z_DATA_ERROR");
    expect((await read(Buffer.concat([packed, new Uint8Array(100).fill(1)]), pieceLength)).code).toBe("Z_DATA_ERROR");
  });
});

test("a stream that fails gives what came before, and is given back", async () => {
  let isGivenBack = false;
  async function* failing() {
    try {
      yield data.subarray(0, 1000);
      throw Object.assign(new Error("broken"), { code: "EIO" });
    } finally {
      isGivenBack = true;
    }
  }
  const { stream } = await openSnapshotBytes(failing(), HEAD_LENGTH);
  expect((await stream.next()).value).toHaveLength(1000);
  await expect(stream.next()).rejects.toMatchObject({ code: "EIO" });
  expect(isGivenBack).toBe(true);
});

test("bytes are gzip by their first two", () => {
  expect(isGzip(packed)).toBe(true);
  expect(isGzip(packed.subarray(0, 1))).toBe(false);
  expect(isGzip(data)).toBe(false);
});

describe("a packed snapshot", () => {
  const records = Array.from({ length: 3000 }, (_, index) => ({
    revision: index + 2,
    key: `/a/${index}`,
    value: randomBytes(500),
  }));
  const file = etcdSnapshot({ records });
  const archive = gzipSync(file.bytes, { level: 1 });

  test("that lacks only the checksum of gzip is truncated, though all records are there", async () => {
    for (const missing of [1, 8]) {
      const reading = await readAsStream(archive.subarray(0, -missing));
      expect(codesOf(reading)).toEqual(["truncated"]);
      expect(reading.records).toHaveLength(records.length);
      expect(reading.facts).toMatchObject({ contentSha256: null, sha256: sha256(archive.subarray(0, -missing)) });
    }
  });

  test("of a member's file is truncated when it is cut, though nothing of the database is missing", async () => {
    const bare = etcdSnapshot({ records, trailer: false });
    const long = gzipSync(Buffer.concat([bare.bytes, randomBytes(4_000_000)]), { level: 1 });
    expect(codesOf(await readAsStream(long.subarray(0, -2_000_000)))).toEqual(["truncated"]);
  });

  test("that is damaged says where, and gives what came before", async () => {
    const damaged = Buffer.from(archive);
    damaged.fill(0xff, 1_500_000, 1_500_100);
    const reading = await readAsStream(damaged);
    expect(codesOf(reading)).toContain("gzip-damaged");
    expect(reading.facts.contentSha256).toBeNull();
  });

  test("keeps both hashes apart", async () => {
    const { facts } = await withFile(archive, (path) => readPath(path), "a.gz");
    expect(facts).toMatchObject({ sha256: sha256(archive), contentSha256: sha256(file.bytes), incompleteReasons: [] });
  });
});
