import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareKeys, prefixEnd } from "../../../src/etcd/client/key-order.ts";
import { RangePart } from "../../../src/etcd/client/range-part.ts";
import { SortedKeys } from "./sorted-keys.ts";

const PAGES_IN_FLIGHT = 3;
const ROWS_OF_PAGE = 500;
const KEYS = 20_000;
const FOLDER = "/registry/secrets/";

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const numbered = (count: number, name: (number: number) => string) =>
  Array.from({ length: count }, (_, number) => bytesOf(FOLDER + name(number)));
const hash = (number: number): number => (number * 2_654_435_761) >>> 0;
const hex = (number: number): string => hash(number).toString(16).padStart(8, "0");

/** Reads a range as it is read of an etcd: a few pieces under way at a time, each part in its turn. */
function readAll(index: SortedKeys, key: Uint8Array, rangeEnd: Uint8Array, rowsOfPage = ROWS_OF_PAGE) {
  const read: Uint8Array[] = [];
  const waiting: RangePart[] = [];
  const underWay: (() => void)[] = [];
  const goOn = (part: RangePart): void => {
    if (part.hasNext && !waiting.includes(part)) waiting.push(part);
  };
  const ask = (part: RangePart): void => {
    if (!part.hasNext) return;
    const piece = part.take(rowsOfPage);
    goOn(part);
    const answer = index.ask(piece, rowsOfPage);
    underWay.push(() => {
      read.push(...answer.page);
      const rest = part.answer(piece, answer);
      if (rest !== null) goOn(rest);
      goOn(part);
    });
  };
  goOn(new RangePart(key, rangeEnd));
  while (waiting.length > 0 || underWay.length > 0) {
    while (underWay.length < PAGES_IN_FLIGHT && waiting.length > 0) ask(waiting.shift() as RangePart);
    underWay.shift()?.();
  }
  return read;
}

const LAYOUTS: readonly (readonly [string, readonly Uint8Array[]])[] = [
  ["numbered namespaces", numbered(KEYS, (n) => `namespace-${n % 50}/secret-${n}`)],
  ["namespaces of few secrets", numbered(KEYS, (n) => `ns-${String(n >> 5).padStart(4, "0")}/s-${n & 31}`)],
  ["a namespace for each", numbered(KEYS, (n) => `user-${hash(n).toString(36)}/token`)],
  ["one namespace with zeros in front", numbered(KEYS, (n) => `default/token-${String(n).padStart(9, "0")}`)],
  ["one namespace without", numbered(KEYS, (n) => `default/token-${n}`)],
  ["hashes", numbered(KEYS, (n) => `x/${hash(n).toString(36)}`)],
  ["hashes behind a common word", numbered(KEYS, (n) => `default/sh.helm.release.v1.${hex(n >> 3)}.v${n & 7}`)],
  [
    "a large namespace behind small ones",
    [...numbered(200, (n) => `a-${n}/one`), ...numbered(KEYS, (n) => `zz/i-${n}`)],
  ],
  [
    "a large namespace before small ones",
    [...numbered(KEYS, (n) => `a/i-${n}`), ...numbered(200, (n) => `z-${n}/one`)],
  ],
  [
    "large and tiny namespaces by turns",
    numbered(KEYS, (n) => (n % 1_000 === 0 ? `${hex(n / 1_000)}z/one` : `${hex(n % 20)}/item-${hex(n)}`)),
  ],
  [
    "words",
    numbered(KEYS, (n) => {
      const namespace = ["team-alpha", "payments", "kube-system", "monitoring", "billing-prod", "zeta"][n % 6];
      return `${namespace}/${["db", "api", "web-front", "cert-manager"][n % 4]}-${hash(n).toString(36)}-token`;
    }),
  ],
  ["letters of other languages", numbered(KEYS, (n) => `é${String.fromCharCode(0x100 + (n % 1_000))}${n}`)],
];

describe("RangePart", () => {
  it.each(LAYOUTS)("lets etcd walk over each key a few times only: %s", (_, keys) => {
    const index = new SortedKeys(keys);
    const key = bytesOf(FOLDER);
    expect(readAll(index, key, prefixEnd(key))).toHaveLength(keys.length);
    // With a limit alone it would be half as often as there are pages: twenty times.
    expect(index.walked / keys.length).toBeLessThan(7);
    expect(index.questions).toBeLessThan((8 * keys.length) / ROWS_OF_PAGE);
  });

  it("lets it walk not much more often where there are eight times as many", () => {
    const count = 8 * KEYS;
    const index = new SortedKeys(numbered(count, (n) => `ns-${hex(n >> 4)}/token-${hex(n)}`));
    const key = bytesOf(FOLDER);
    readAll(index, key, prefixEnd(key));
    expect(index.walked / count).toBeLessThan(7);
  });

  it("asks some twenty questions a page at most, where names are made to mislead it", () => {
    const name = (n: number): string => `${n >> 11}/${"0".repeat(n % 250)}1${String(n).padStart(7, "0")}`;
    const index = new SortedKeys(numbered(KEYS, name));
    const key = bytesOf(FOLDER);
    expect(readAll(index, key, prefixEnd(key))).toHaveLength(KEYS);
    expect(index.questions).toBeLessThan((25 * KEYS) / ROWS_OF_PAGE);
    expect(index.walked / KEYS).toBeLessThan(7);
  });

  it("asks once for what fits a page, and no more where a range is empty", () => {
    const key = bytesOf(FOLDER);
    for (const count of [0, 1, 2, ROWS_OF_PAGE]) {
      const index = new SortedKeys(numbered(count, (n) => `ns/${n}`));
      expect(readAll(index, key, prefixEnd(key))).toHaveLength(count);
      expect(index.questions).toBe(1);
    }
  });

  it("reads each key once, whatever keys and pages are like, to the end of a range or of the store", () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 5 });
    const letters = fc.string({
      unit: fc.constantFrom("a", "z", "0", "9", "-", ".", "/", "~"),
      minLength: 1,
      maxLength: 6,
    });
    const keySets = fc.uniqueArray(fc.oneof(bytes, letters.map(bytesOf)), {
      minLength: 1,
      maxLength: 80,
      comparator: (a, b) => compareKeys(a, b) === 0,
    });
    const ends = fc.oneof(fc.constant(Uint8Array.of(0)), bytes);
    fc.assert(
      fc.property(keySets, ends, fc.integer({ min: 1, max: 9 }), fc.boolean(), (keys, rangeEnd, rowsOfPage, isMany) => {
        // Few keys are not worth an end of their own; many are made by putting each set into many folders.
        const all = isMany ? keys.flatMap((key) => folders().map((folder) => Buffer.concat([folder, key]))) : keys;
        const index = new SortedKeys(all);
        const wanted = index.ask({ key: Uint8Array.of(0), rangeEnd }, all.length).page;
        const read = readAll(index, Uint8Array.of(0), rangeEnd, rowsOfPage * (isMany ? 50 : 1));
        expect([...read].sort(compareKeys)).toEqual(wanted);
      }),
      { numRuns: 150 },
    );
  });

  it("waits for the answer after a piece in which nothing lay", () => {
    const part = new RangePart(bytesOf(`${FOLDER}a`), bytesOf(`${FOLDER}z`), 90_000, {
      index: FOLDER.length,
      steps: 1,
      keys: 100,
      namesEnd: 39,
    });
    const [first, second] = [part.take(100), part.take(100)];
    expect(part.hasNext).toBe(true);
    const nothing = { firstKey: null, lastKey: null, rows: 0, count: 0 };
    part.answer(first, nothing);
    expect(part.hasNext).toBe(false);
    part.answer(second, nothing);
    expect(part.hasNext).toBe(true);
  });
});

function folders(): readonly Buffer[] {
  return Array.from({ length: 64 }, (_, number) => Buffer.from(`/registry/${hex(number).slice(0, 3)}/`));
}
