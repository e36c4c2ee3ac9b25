import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SnapshotFromBytes } from "../../src/source/snapshot-from-bytes.ts";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";
import { codesOf, INLINE_HASH, readPath, readSource, withFile } from "./read-snapshot.ts";

/** Longer than what is waited for before a stream is looked at. */
const records = Array.from({ length: 1500 }, (_, index) => ({
  revision: index + 2,
  key: `/a/${index}`,
  value: new Uint8Array(900),
}));
const { bytes } = etcdSnapshot({ records });

const cuts = fc.uniqueArray(fc.nat(bytes.length - 1), { maxLength: 30 }).map((list) => list.sort((a, b) => a - b));

/** The bytes cut at these places, each piece overwritten once the next is asked for; then the end, or a failure. */
async function* piecesAt(places: readonly number[], failure?: Error): AsyncGenerator<Uint8Array> {
  for (const [index, from] of [0, ...places].entries()) {
    const piece = Buffer.from(bytes.subarray(from, places[index]));
    yield piece;
    piece.fill(0xff);
  }
  if (failure !== undefined) throw failure;
}

const readPieces = (pieces: AsyncGenerator<Uint8Array>) =>
  readSource(new SnapshotFromBytes("the stream", null, pieces, null, INLINE_HASH));

describe("a snapshot that comes in pieces of any size", () => {
  test("is the same as the file", async () => {
    const file = await withFile(bytes, (path) => readPath(path));
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        const { facts, records: read } = await readPieces(piecesAt(places));
        expect(facts).toEqual({ ...file.facts, path: "-" });
        expect(read).toHaveLength(file.records.length);
      }),
      fuzzRuns(40),
    );
  });

  test("is read to its last byte before its failure is told", async () => {
    const lost = Object.assign(new Error("lost"), { code: "EIO" });
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        const reading = await readPieces(piecesAt(places, lost));
        expect(codesOf(reading)).toEqual(["read-failed"]);
        expect(reading.facts.incompleteReasons[0]).toMatchObject({
          message: expect.stringContaining(`after ${bytes.length} bytes (EIO)`),
        });
        expect(reading.records).toHaveLength(records.length);
      }),
      fuzzRuns(40),
    );
  });

  test("of which nothing comes is no snapshot", async () => {
    async function* nothing(): AsyncGenerator<Uint8Array> {}
    await expect(readPieces(nothing())).rejects.toMatchObject({ code: "FILE_EMPTY" });
  });
});
