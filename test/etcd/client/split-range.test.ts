import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareKeys } from "../../../src/etcd/client/key-order.ts";
import { findMiddle } from "../../../src/etcd/client/split-range.ts";

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

/** The index of a server that holds `keys`, and how often it was asked. */
function indexOf(keys: readonly Uint8Array[]) {
  const index = {
    questions: 0,
    count: (key: Uint8Array) => {
      index.questions += 1;
      return Promise.resolve(keys.filter((each) => compareKeys(each, key) >= 0).length);
    },
    first: (key: Uint8Array) => {
      index.questions += 1;
      return Promise.resolve(keys.find((each) => compareKeys(each, key) >= 0) ?? null);
    },
  };
  return index;
}

async function shareBeyondMiddle(keys: readonly Uint8Array[]) {
  const sorted = [...keys].sort(compareKeys);
  const [first, ...rest] = sorted;
  if (first === undefined) throw new Error("no keys");
  const index = indexOf(rest);
  const middle = await findMiddle(first, rest.length, index);
  const share = middle === null ? null : (await index.count(middle)) / rest.length;
  return { share, questions: index.questions };
}

const numbered = (count: number, name: (number: number) => string) =>
  Array.from({ length: count }, (_, number) => bytesOf(name(number)));

describe("findMiddle", () => {
  it.each([
    [
      "numbered namespaces",
      numbered(3_000, (n) => `/registry/secrets/ns-${String(n >> 5).padStart(4, "0")}/s-${n & 31}`),
    ],
    ["one namespace", numbered(3_000, (n) => `/registry/secrets/default/token-${String(n).padStart(9, "0")}`)],
    ["hashes", numbered(3_000, (n) => `/registry/secrets/x/${((n * 2_654_435_761) >>> 0).toString(36)}`)],
    [
      "one large namespace at the end",
      [
        ...numbered(20, (n) => `/registry/secrets/app-${n}/one`),
        ...numbered(2_000, (n) => `/registry/secrets/zz-bulk/item-${n}`),
      ],
    ],
    [
      "one large namespace at the front",
      [
        ...numbered(2_000, (n) => `/registry/secrets/a/item-${n}`),
        ...numbered(30, (n) => `/registry/secrets/z-${n}/one`),
      ],
    ],
  ])("parts %s in about ten questions", async (_, keys) => {
    const { share, questions } = await shareBeyondMiddle(keys);
    expect(share).toBeGreaterThanOrEqual(0.25);
    expect(share).toBeLessThanOrEqual(0.75);
    expect(questions).toBeLessThan(40);
  });

  it("gives up on keys that each begin the next, which are then read in one part", async () => {
    const { share, questions } = await shareBeyondMiddle(numbered(300, (n) => `/k${"a".repeat(n)}`));
    expect(share).toBeNull();
    expect(questions).toBeLessThan(80);
  });

  it("never gives a key that leaves one side nearly empty", async () => {
    const key = fc.uint8Array({ minLength: 1, maxLength: 6 });
    const keySets = fc.uniqueArray(key, { minLength: 8, maxLength: 60, comparator: (a, b) => compareKeys(a, b) === 0 });
    await fc.assert(
      fc.asyncProperty(keySets, async (keys) => {
        const { share } = await shareBeyondMiddle(keys);
        if (share === null) return;
        expect(share).toBeGreaterThanOrEqual(0.25);
        expect(share).toBeLessThanOrEqual(0.75);
      }),
    );
  });
});
