import { describe, expect, test } from "vitest";
import { Classifier } from "../../src/classify/classifier.ts";
import { filled, joined, kmsV1Value, kmsV2Value } from "./made-values.ts";

/** Names, key IDs and headers that hostile data can make without end. */
const HOSTILE: readonly (readonly [string, (index: number) => Uint8Array])[] = [
  ["key names", (index) => joined("k8s:enc:aescbc:v1:", `key-${index}:`, filled(32))],
  ["key names of malformed values", (index) => joined("k8s:enc:aescbc:v1:", `key-${index}:`, filled(3))],
  ["KMS v2 key IDs", (index) => kmsV2Value({ keyId: `id-${index}` })],
  ["KMS v2 DEKs", (index) => kmsV2Value({ dekSource: Buffer.from(`${index}`.padEnd(40, "d")) })],
  ["versions", (index) => kmsV1Value(`vault:v${index}:abcd`)],
  [
    "headers under ever new names",
    (index) => kmsV1Value(`${index}`.padEnd(40, "h"), `plugin-${Math.floor(index / 10)}`),
  ],
];
const MANY = 15_000;

describe("the table of classes has an end", () => {
  test.each(HOSTILE)("with %s that are never the same", (_, makeValue) => {
    const classifier = new Classifier();
    const ids = Array.from({ length: MANY }, (_, index) => {
      const value = makeValue(index);
      return classifier.classify(value, 0, value.length);
    });
    expect(classifier.classes.size).toBeLessThan(11_000);
    const { state, provider } = classifier.classes.valueClass(classifier.classes.settled(ids[0] as number));
    const last = classifier.classes.valueClass(classifier.classes.settled(ids.at(-1) as number));
    expect(last).toMatchObject({ state, provider });
  });

  test("a class that was there before the flood is still told after it", () => {
    const classifier = new Classifier();
    const classify = (value: Uint8Array) => classifier.classify(value, 0, value.length);
    const known = joined("k8s:enc:aesgcm:v1:key1:", filled(40));
    const id = classify(known);
    for (let index = 0; index < MANY; index++) classify(joined("k8s:enc:aesgcm:v1:", `key-${index}:`, filled(28)));
    expect(classify(known)).toBe(id);
    expect(classifier.classes.valueClass(id).keyName).toBe("key1");
  });
});

describe("a class has one number and one object", () => {
  test("equal values share both", () => {
    const classifier = new Classifier();
    const value = kmsV2Value();
    const [first, second] = [1, 2].map(() => classifier.classify(value, 0, value.length)) as [number, number];
    expect(second).toBe(first);
    expect(classifier.classes.valueClass(first)).toBe(classifier.classes.valueClass(second));
  });

  test("a number that was never given is refused", () => {
    expect(() => new Classifier().classes.valueClass(3)).toThrow(RangeError);
  });
});
