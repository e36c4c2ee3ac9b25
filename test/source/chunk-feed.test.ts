import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputFailed, readChunks, streamFeed } from "../../src/source/chunk-feed.ts";
import { type ContentHash, InlineContentHash } from "../../src/source/content-hash.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";

/** Hands out buffers of 100 bytes. */
class SmallBuffers extends InlineContentHash {
  override async acquire(): ReturnType<ContentHash["acquire"]> {
    return new Uint8Array(100);
  }
}

const signal = new AbortController().signal;
const pieces = fc.array(fc.nat(250), { maxLength: 12 }).map((lengths) => lengths.map((length) => randomBytes(length)));

/** Gives the pieces, and then ends or fails. */
async function* inputOf(list: readonly Uint8Array[], failure?: Error): AsyncGenerator<Uint8Array> {
  yield* list;
  if (failure !== undefined) throw failure;
}

describe("an input that comes in pieces of any size", () => {
  test("is handed on in whole chunks, the last one excepted", async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async (list) => {
        const whole = Buffer.concat(list);
        const chunks: Buffer[] = [];
        const length = await readChunks(streamFeed(inputOf(list)), new SmallBuffers(), signal, (chunk) => {
          chunks.push(Buffer.from(chunk));
        });
        expect(length).toBe(whole.length);
        expect(Buffer.concat(chunks).equals(whole)).toBe(true);
        for (const chunk of chunks.slice(0, -1)) expect(chunk).toHaveLength(100);
      }),
      fuzzRuns(100),
    );
  });

  test("is handed on to its last byte before its failure is told", async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async (list) => {
        const failure = Object.assign(new Error("lost"), { code: "EIO" });
        const chunks: Buffer[] = [];
        const reading = readChunks(streamFeed(inputOf(list, failure)), new SmallBuffers(), signal, (chunk) => {
          chunks.push(Buffer.from(chunk));
        });
        const error = await reading.catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(InputFailed);
        expect(error).toMatchObject({ cause: failure, code: "EIO" });
        expect(Buffer.concat(chunks).equals(Buffer.concat(list))).toBe(true);
      }),
      fuzzRuns(100),
    );
  });
});
