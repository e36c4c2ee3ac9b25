import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { branchChildren, ElementOutOfBounds, visitLeafElements } from "../../src/bbolt/elements.ts";
import type { PageRun } from "../../src/bbolt/page.ts";
import { branchNode, ELEMENT_LENGTH, type LeafElement, leafNode, PAGE_HEADER_LENGTH } from "../bbolt-file/page.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";
import { placedRun } from "./page-runs.ts";

const element = fc.record({
  key: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  value: fc.uint8Array({ maxLength: 300 }),
  isBucket: fc.boolean(),
});
const elements = fc.array(element, { maxLength: 40 });
const pageSize = fc.constantFrom(1024, 4096, 65_536);

function readElements(run: PageRun): LeafElement[] {
  const list: LeafElement[] = [];
  visitLeafElements(run, (keyOffset, keyLength, valueOffset, valueLength, isBucket) => {
    expect(keyOffset).toBeGreaterThanOrEqual(run.offset + PAGE_HEADER_LENGTH + run.count * ELEMENT_LENGTH);
    expect(valueOffset + valueLength).toBeLessThanOrEqual(run.offset + run.length);
    list.push({
      key: run.bytes.slice(keyOffset, keyOffset + keyLength),
      value: run.bytes.slice(valueOffset, valueOffset + valueLength),
      isBucket,
    });
  });
  return list;
}

/** The error of a page that is damaged; undefined for none. */
function damageOf(read: () => unknown): ElementOutOfBounds | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(ElementOutOfBounds);
    return error instanceof ElementOutOfBounds ? error : undefined;
  }
}

function setField(run: PageRun, index: number, field: 0 | 4 | 8 | 12, value: number): void {
  run.view.setUint32(run.offset + PAGE_HEADER_LENGTH + index * ELEMENT_LENGTH + field, value, true);
}

describe("a leaf page", () => {
  test("gives back its elements, wherever it stands in its buffer and however many pages it has", () => {
    fc.assert(
      fc.property(elements, pageSize, fc.nat(5000), (list, size, offset) => {
        expect(readElements(placedRun(leafNode(list), size, offset))).toEqual(list);
      }),
      fuzzRuns(200),
    );
  });

  test("with any bytes changed is read within its bounds or refused", () => {
    const change = fc.tuple(fc.nat(1023), fc.nat(255));
    fc.assert(
      fc.property(elements, fc.array(change, { minLength: 1, maxLength: 6 }), (list, changes) => {
        const sound = placedRun(leafNode(list), 1024, 32);
        for (const [place, byte] of changes) sound.bytes[sound.offset + place] = byte;
        const count = sound.view.getUint16(sound.offset + 10, true);
        damageOf(() => readElements({ ...sound, count }));
      }),
      fuzzRuns(500),
    );
  });

  const list = Array.from({ length: 6 }, (_, index) => ({
    key: new Uint8Array(17).fill(index + 1),
    value: new Uint8Array(50 + index).fill(0x60 + index),
    isBucket: false,
  }));

  test.each([0, 1, 5, 7, 9, 65_535])("of six elements that claims to have %s is damaged", (count) => {
    const run = { ...placedRun(leafNode(list), 4096), count };
    const damage = damageOf(() => readElements(run));
    if (count === 0) expect(damage).toBeUndefined();
    else expect(damage).toBeDefined();
  });

  const lies: readonly (readonly [string, 4 | 8 | 12, number])[] = [
    ["begins one byte late", 4, 1],
    ["begins one byte early", 4, -1],
    ["has a key one byte longer", 8, 1],
    ["has a key one byte shorter", 8, -1],
    ["has a value one byte longer", 12, 1],
    ["has a value one byte shorter", 12, -1],
  ];

  test.each(lies)("in which an element %s is damaged, and the others are still given", (_, field, change) => {
    const run = placedRun(leafNode(list), 4096);
    const place = run.offset + PAGE_HEADER_LENGTH + 2 * ELEMENT_LENGTH + field;
    run.view.setUint32(place, run.view.getUint32(place, true) + change, true);
    const seen: number[] = [];
    const damage = damageOf(() => visitLeafElements(run, (keyOffset) => seen.push(run.bytes[keyOffset] as number)));
    expect([2, 3]).toContain(damage?.element);
    for (const key of [1, 2, 5, 6]) expect(seen).toContain(key);
  });

  test("in which an element points to the end of the world is damaged", () => {
    for (const field of [4, 8, 12] as const) {
      const run = placedRun(leafNode(list), 4096);
      setField(run, 2, field, 0xffffffff);
      expect(damageOf(() => readElements(run))?.element).toBe(2);
    }
  });
});

describe("a branch page", () => {
  const children = fc.array(fc.record({ key: fc.uint8Array({ minLength: 1, maxLength: 18 }), pgid: fc.maxSafeNat() }), {
    minLength: 1,
    maxLength: 60,
  });

  test("gives back its children", () => {
    fc.assert(
      fc.property(children, pageSize, fc.nat(5000), (list, size, offset) => {
        expect(branchChildren(placedRun(branchNode(list), size, offset))).toEqual(list.map(({ pgid }) => pgid));
      }),
      fuzzRuns(200),
    );
  });

  const list = Array.from({ length: 9 }, (_, index) => ({ key: new Uint8Array(17).fill(index), pgid: 100 + index }));

  test.each([0, 1, 8, 10, 65_535])(
    "of nine children that claims to have %s is damaged: none may be lost in silence",
    (count) => {
      expect(damageOf(() => branchChildren({ ...placedRun(branchNode(list), 4096), count }))).toBeDefined();
    },
  );

  test("whose child is no page number is damaged", () => {
    const run = placedRun(branchNode(list), 4096);
    setField(run, 4, 12, 0x200000);
    expect(damageOf(() => branchChildren(run))?.element).toBe(4);
  });
});
