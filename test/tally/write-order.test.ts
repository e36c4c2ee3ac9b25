import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Cells } from "../../src/engine/cells.ts";
import { Engine } from "../../src/engine/engine.ts";
import { LOCATIONS } from "../../src/model/location.ts";
import type { ValueClass } from "../../src/model/value-class.ts";
import { alternations, type WrittenResource } from "../../src/tally/write-order.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";
import { keysWith, rowsWith } from "../engine/made-rows.ts";

/** One write: its revision, the number of its key and, but for the first one, that of its folder. */
type Write = readonly [revision: number, key: number, folder?: number];

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

function alternationsOf(
  writes: readonly Write[],
  resourceOf: (folder: number) => WrittenResource = () => ({ id: "/registry secrets", resource: "secrets" }),
  unaudited = -1,
) {
  const engine = new Engine();
  const cells = new Cells(engine);
  engine.host.describe = (cell) => {
    const isAudited = cells.cell(cell).folder !== unaudited;
    cells.describe(cell, { isCounted: true, isAudited, state: 1, namespaceStart: null });
  };
  keysWith(
    engine,
    [0, 1, 2].map((folder) => ({ key: Buffer.from(`/${folder}`), folder })),
  );
  const made = writes.map(([main, valueClass, folder = 0]) => ({ key: folder, main, valueClass }));
  for (let start = 0; start < made.length; start += 100_000) {
    const rows = rowsWith(engine, made.slice(start, start + 100_000));
    engine.exports.countRows(rows.list, LOCATIONS.indexOf("history"));
    rows.free();
  }
  return alternations(engine, resourceOf, aesgcm);
}

/** How often the key changes when writes are looked at one by one in the order of their revisions. */
function changesOf(writes: readonly Write[]): number {
  const keys = writes.toSorted(([a], [b]) => a - b).map(([, key]) => key);
  return keys.filter((key, index) => index > 0 && keys[index - 1] !== key).length;
}

describe("changes between two keys are counted in the order of revisions", () => {
  const key = fc.integer({ min: 0, max: 1 });
  test.each([
    ["close together", 60, 80],
    ["far apart", 1_000_000, 80],
    ["close together, and many", 300, 400],
    ["beyond what a double holds twice", Number.MAX_SAFE_INTEGER, 80],
  ])("where these lie %s, in whatever order they come", (_, max, maxLength) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max }), key), { maxLength, size: "max" }), (writes) => {
        const [found] = alternationsOf(writes);
        const changes = changesOf(writes);
        // With fewer, one of the two never came back.
        if (changes > 2) expect(found?.changes).toBe(changes);
        else expect(found).toBeUndefined();
      }),
      fuzzRuns(200),
    );
  });

  test("with the revisions of the first and of the last change, the key that wrote first in front", () => {
    const writes: readonly Write[] = [
      [9, 0],
      [2, 0],
      [5, 1],
      [7, 0],
      [8, 1],
    ];
    expect(alternationsOf(writes)).toEqual([
      expect.objectContaining({ changes: 4, firstChange: 5, lastChange: 9, resource: "secrets" }),
    ]);
    expect(alternationsOf(writes)[0]?.keys.map(({ keyName }) => keyName)).toEqual(["key0", "key1"]);
  });

  test("between each two of several, the most first", () => {
    const writes: readonly Write[] = [0, 1, 0, 1, 0, 1, 2, 0, 2].map((of, index) => [index + 2, of]);
    const found = alternationsOf(writes).map(({ keys, changes }) => `${keys.map((each) => each.keyName)} ${changes}`);
    expect(found).toEqual(["key0,key1 6", "key0,key2 3", "key1,key2 1"]);
  });

  test("of each resource by itself, whatever its folders are, and of audited ones alone", () => {
    const resourceOf = (folder: number) => ({ id: folder === 1 ? "b" : "a", resource: folder === 1 ? "b" : "a" });
    const of = (folder: number): readonly Write[] =>
      [0, 1, 0, 1].map((each, index) => [index * 3 + folder + 2, each, folder]);
    const found = alternationsOf([...of(0), ...of(1), ...of(2)], resourceOf);
    expect(found.map(({ resource, changes }) => `${resource} ${changes}`)).toEqual(["a 3", "b 3"]);
    expect(alternationsOf([...of(0), ...of(1)], resourceOf, 1).map(({ resource }) => resource)).toEqual(["a"]);
  });
});

test("writes that had to be forgotten are no changes, and no failure", () => {
  const writes: Write[] = [];
  for (let revision = 1; revision <= 10; revision++) writes.push([revision, revision % 2, 1]);
  for (let revision = 11; revision <= 2 ** 21 + 20; revision++) writes.push([revision, 0, 2]);
  expect(alternationsOf(writes, (folder) => ({ id: String(folder), resource: "secrets" }))).toEqual([]);
});
