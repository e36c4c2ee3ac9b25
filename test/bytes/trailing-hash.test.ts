import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { TRAILER_LENGTH, TrailingHash } from "../../src/bytes/trailing-hash.ts";
import { fuzzRuns } from "./fuzz-runs.ts";

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

test("the hash of a whole and of all but its last 32 bytes do not depend on how it is cut", () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 12 });
  fc.assert(
    fc.property(pieces, (list) => {
      const whole = Buffer.concat(list);
      const hash = new TrailingHash();
      for (const piece of list) {
        const reused = piece.slice();
        hash.update(reused);
        reused.fill(0xee);
      }
      const end = Math.max(0, whole.length - TRAILER_LENGTH);
      expect(hash.digest()).toEqual({
        whole: sha256(whole),
        withoutTrailer: sha256(whole.subarray(0, end)),
        trailer: whole.subarray(end).toString("hex"),
      });
    }),
    fuzzRuns(300),
  );
});
