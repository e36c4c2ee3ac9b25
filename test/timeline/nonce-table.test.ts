import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { NonceTable } from "../../src/timeline/nonce-table.ts";

const MARK_LENGTH = 16;

/** A value that is a nonce and a mark. */
function value(nonce: Uint8Array, mark: Uint8Array) {
  const bytes = Buffer.concat([nonce, mark]);
  return { bytes, ciphertext: { nonceOffset: 0, nonceLength: nonce.length, markOffset: nonce.length } };
}

function sees(table: NonceTable, key: number, nonce: Uint8Array, mark: Uint8Array, etcdKey: number, revision: number) {
  const { bytes, ciphertext } = value(nonce, mark);
  return table.repeats(key, ciphertext, bytes, etcdKey, revision);
}

test.each([12, 16, 24])("tells a nonce of %s bytes that was used for two ciphertexts, and both of them", (length) => {
  const table = new NonceTable();
  const nonce = randomBytes(length);
  const [one, other] = [randomBytes(MARK_LENGTH), randomBytes(MARK_LENGTH)];
  expect(sees(table, 1, nonce, one, 10, 100)).toBe(false);
  expect(sees(table, 1, nonce, one, 10, 100)).toBe(false);
  expect(table.isRepeated(10, 100)).toBe(false);
  // Under another key it is another nonce.
  expect(sees(table, 2, nonce, other, 11, 101)).toBe(false);
  expect(sees(table, 1, nonce, other, 12, 2 ** 33 + 5)).toBe(true);
  expect(table.isRepeated(10, 100)).toBe(true);
  expect(table.isRepeated(12, 2 ** 33 + 5)).toBe(true);
  expect(table.isRepeated(11, 101)).toBe(false);
});

test.each([12, 16, 24])("every byte of a nonce of %s bytes counts", (length) => {
  for (let index = 0; index < length; index++) {
    const table = new NonceTable();
    const nonce = Buffer.alloc(length, 7);
    sees(table, 1, nonce, randomBytes(MARK_LENGTH), 1, 1);
    nonce[index] = 8;
    expect(sees(table, 1, nonce, randomBytes(MARK_LENGTH), 2, 2)).toBe(false);
  }
});

test("remembers tens of thousands, of whatever form", () => {
  const table = new NonceTable();
  const nonceOf = (index: number) => {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(index, index % 3 === 0 ? 0 : 8);
    return nonce;
  };
  const mark = randomBytes(MARK_LENGTH);
  for (let index = 1; index <= 30_000; index++) expect(sees(table, 1, nonceOf(index), mark, index, index)).toBe(false);
  const other = randomBytes(MARK_LENGTH);
  for (const index of [1, 2, 3, 4096, 29_999, 30_000]) {
    expect(sees(table, 1, nonceOf(index), other, 50_000, index)).toBe(true);
    expect(table.isRepeated(index, index)).toBe(true);
  }
});
