import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Classifier, type KnownNames } from "../../src/classify/classifier.ts";
import { Engine } from "../../src/engine/engine.ts";
import { Rows } from "../../src/engine/rows.ts";
import { RowReader } from "../../src/timeline/row-reader.ts";
import { joined } from "../classify/made-values.ts";
import { scopeOf } from "../scope/folder-of.ts";
import type { Written } from "./fill-batch.ts";
import { recordsWith } from "./filled-records.ts";

/** Providers with the lengths of their nonces and of the shortest body after one, in bytes. */
const PROVIDERS = [
  ["aesgcm", 12, 32],
  ["aescbc", 16, 32],
  ["secretbox", 24, 32],
] as const;

/** Reads batches of ciphertexts; tells of each whether another with its nonce came before. */
class Reading {
  readonly engine = new Engine();
  private readonly reader: RowReader;
  private readonly keys = new Map<string, Rows>();

  constructor(names: KnownNames = {}) {
    this.reader = new RowReader(this.engine, scopeOf(), new Classifier(names));
  }

  repeats(written: readonly Written[]): readonly boolean[] {
    const records = recordsWith(this.engine, written);
    this.reader.read(records, true);
    const repeats = Array.from({ length: records.count }, (_, index) => records.repeatsNonce(index));
    for (let index = 0; index < records.count; index++) {
      const row = new Rows(this.engine);
      row.append(records, index);
      this.keys.set(`${written[index]?.key} ${records.main(index)}`, row);
    }
    return repeats;
  }

  /** Whether a revision that was read has a nonce that another, before or after it, has too. */
  isRepeated(key: string, revision: number): boolean {
    const row = this.keys.get(`${key} ${revision}`);
    if (row === undefined) throw new Error(`${key} ${revision} was not read`);
    this.engine.exports.markRepeated(row.list);
    return row.repeatsNonce(0);
  }
}

const keyOf = (name: string) => `/registry/secrets/a/${name}`;

describe.each(PROVIDERS)("of %s", (provider, nonceLength, bodyLength) => {
  const value = (keyName: string, nonce: Uint8Array, body: Uint8Array) =>
    joined(`k8s:enc:${provider}:v1:${keyName}:`, nonce, body);

  test("a nonce that was used for two ciphertexts is told, with both of them", () => {
    const reading = new Reading();
    const nonce = randomBytes(nonceLength);
    const [one, other] = [randomBytes(bodyLength), randomBytes(bodyLength)];
    const first = { key: keyOf("first"), main: 100, value: value("key1", nonce, one) };
    // The same ciphertext once more is no other one, and under another key the nonce is another.
    expect(reading.repeats([first, first])).toEqual([false, false]);
    expect(reading.repeats([{ key: keyOf("b"), main: 101, value: value("key2", nonce, other) }])).toEqual([false]);
    expect(reading.isRepeated(first.key, 100)).toBe(false);
    const second = { key: keyOf("second"), main: 2 ** 33 + 5, value: value("key1", nonce, other) };
    expect(reading.repeats([second])).toEqual([true]);
    expect(reading.isRepeated(first.key, 100)).toBe(true);
    expect(reading.isRepeated(second.key, second.main)).toBe(true);
    expect(reading.isRepeated(keyOf("b"), 101)).toBe(false);
  });

  test("every byte of a nonce counts", () => {
    const reading = new Reading();
    const nonce = Buffer.alloc(nonceLength, 7);
    const written = [{ key: keyOf("first"), main: 2, value: value("key1", nonce, randomBytes(bodyLength)) }];
    for (let index = 0; index < nonceLength; index++) {
      const changed = Buffer.from(nonce);
      changed[index] = 8;
      written.push({ key: keyOf(`${index}`), main: 3 + index, value: value("key1", changed, randomBytes(bodyLength)) });
    }
    expect(reading.repeats(written)).not.toContain(true);
  });
});

test("a deletion with the revision of a value, as a changed page may tell, repeats nothing", () => {
  const reading = new Reading();
  const nonce = randomBytes(12);
  const value = () => joined("k8s:enc:aesgcm:v1:key1:", nonce, randomBytes(40));
  reading.repeats([
    { key: keyOf("a"), main: 2, value: value() },
    { key: keyOf("b"), main: 3, value: value() },
  ]);
  reading.repeats([{ key: keyOf("a"), main: 2, sub: 1, value: null }]);
  expect(reading.isRepeated(keyOf("a"), 2)).toBe(false);
  expect(reading.isRepeated(keyOf("b"), 3)).toBe(true);
});

describe("of values that no form tells", () => {
  const nonce = randomBytes(12);
  const value = (keyName: string, of = nonce) => joined(`k8s:enc:aesgcm:v1:${keyName}:`, of, randomBytes(40));
  const repeats = (values: readonly Uint8Array[], names?: KnownNames) =>
    new Reading(names).repeats(values.map((each, index) => ({ key: keyOf(`${index}`), main: index + 2, value: each })));

  test("because there are too many forms, nonces are looked at all the same", () => {
    const others = Array.from({ length: 300 }, (_, index) => value(`other-${index}`, randomBytes(12)));
    expect(repeats([...others, value("key1"), value("key1")]).slice(-2)).toEqual([false, true]);
  });

  test("because the key's name is too long", () => {
    const long = "k".repeat(5000);
    expect(repeats([value(long), value(long), value(long, randomBytes(12))])).toEqual([false, true, false]);
  });

  test("because a longer name is configured that begins so", () => {
    const names = { aesgcm: ["key1:2"] };
    expect(repeats([value("key1"), value("key1"), value("key1:2")], names)).toEqual([false, true, false]);
  });
});

test("tens of thousands are remembered, whatever their form", () => {
  const reading = new Reading();
  const nonceOf = (index: number) => {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(index, index % 3 === 0 ? 0 : 8);
    return nonce;
  };
  const write = (index: number, body: Uint8Array, revision = index): Written => ({
    key: keyOf(`s${index}`),
    main: revision,
    value: joined("k8s:enc:aesgcm:v1:key1:", nonceOf(index), body),
  });
  const body = randomBytes(40);
  for (let start = 1; start < 30_000; start += 1000)
    expect(reading.repeats(Array.from({ length: 1000 }, (_, index) => write(start + index, body)))).not.toContain(true);
  const other = randomBytes(40);
  for (const index of [1, 2, 3, 4096, 29_999, 30_000]) {
    expect(reading.repeats([write(index, other, 50_000 + index)])).toEqual([true]);
    expect(reading.isRepeated(keyOf(`s${index}`), index)).toBe(true);
    expect(reading.isRepeated(keyOf(`s${index}`), 50_000 + index)).toBe(true);
  }
  expect(reading.isRepeated(keyOf("s17"), 17)).toBe(false);
});
