import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ValueClass } from "../../src/model/value-class.ts";
import { WriteOrder } from "../../src/tally/write-order.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";

/** One write: its revision and the number of its key. */
type Write = readonly [revision: number, key: number];

const SECRETS = () => ({ id: "/registry secrets", resource: "secrets" });

function aesgcm(key: number): ValueClass {
  return {
    state: "encrypted",
    provider: "aesgcm",
    keyName: `key${key}`,
    keyId: null,
    kekVersion: null,
    encoding: null,
    malformation: null,
  };
}

function alternations(writes: readonly Write[]) {
  const order = new WriteOrder();
  for (const [revision, key] of writes) order.note(revision, 0, key);
  return order.alternations(SECRETS, aesgcm);
}

/** How often the key changes when writes are looked at one by one in the order of their revisions. */
function changesOf(writes: readonly Write[]): number {
  const keys = writes.toSorted(([a], [b]) => a - b).map(([, key]) => key);
  return keys.filter((key, index) => index > 0 && keys[index - 1] !== key).length;
}

describe("changes between two keys are counted in the order of revisions", () => {
  const key = fc.integer({ min: 0, max: 1 });
  test.each([
    ["close together", 60],
    ["far apart", 1_000_000],
    ["beyond what a double holds twice", Number.MAX_SAFE_INTEGER],
  ])("where these lie %s, in whatever order they come", (_, max) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max }), key), { maxLength: 80 }), (writes) => {
        const [found] = alternations(writes);
        const changes = changesOf(writes);
        // With fewer, one of the two never came back.
        if (changes > 2) expect(found?.changes).toBe(changes);
        else expect(found).toBeUndefined();
      }),
      fuzzRuns(200),
    );
  });

  test("with the revisions of the first and of the last change", () => {
    const [found] = alternations([
      [9, 0],
      [2, 0],
      [5, 1],
      [7, 0],
      [8, 1],
    ]);
    expect(found).toMatchObject({ changes: 4, firstChange: 5, lastChange: 9 });
  });
});

test("writes that had to be forgotten are no changes, and no failure", () => {
  const order = new WriteOrder();
  for (let revision = 1; revision <= 10; revision++) order.note(revision, 1, revision % 2);
  for (let revision = 11; revision <= 2 ** 21 + 20; revision++) order.note(revision, 2, 0);
  const resourceOf = (folder: number) => ({ id: String(folder), resource: "secrets" });
  expect(order.alternations(resourceOf, aesgcm)).toEqual([]);
});
