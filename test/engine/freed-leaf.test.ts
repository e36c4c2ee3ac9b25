import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import { Records } from "../../src/engine/records.ts";
import { keyValueMessage, revisionKey } from "../bbolt-file/etcd-record.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";
import { elementOf, leafRun, PAGE, plaintextOf, recordRun, secret } from "../source/freed-page-bytes.ts";
import { placeAmong } from "./leaf-page.ts";

/** What is left of a leaf of which the first pages are as they were; all of them unless told. */
function left(
  bytes: Uint8Array,
  pageCount = bytes.length / PAGE,
): { rows: readonly string[]; cut: string | undefined } {
  const engine = new Engine();
  const records = new Records(engine);
  const address = placeAmong(engine, bytes, 0xff);
  engine.exports.readFreedLeaf(address, pageCount * PAGE, 9, records.list);
  const rows: string[] = [];
  let cut: string | undefined;
  for (let index = 0; index < records.count; index++) {
    const value = records.valueBytes(index);
    expect(value.byteOffset).toBeGreaterThanOrEqual(value.length === 0 ? 0 : address);
    expect(value.byteOffset + value.length).toBeLessThanOrEqual(address + pageCount * PAGE);
    expect(records.where(index)).toBe(9);
    const name = Buffer.from(records.keyBytes(index)).toString("latin1");
    const row = `${name.replace(/.*\//, "")} ${records.main(index)} ${value.length}`;
    if (records.isCut(index)) cut = row;
    rows.push(row);
  }
  return { rows, cut };
}

describe("what is left of a freed leaf", () => {
  const run = recordRun(3, [secret("a", 5), secret("long", 6, plaintextOf(2 * PAGE)), secret("z", 7)]);

  test("is every record of it while it is whole", () => {
    expect(left(run)).toEqual({ rows: ["a 5 200", "long 6 8192", "z 7 200"], cut: undefined });
  });

  test("is up to where other bytes begin, the value that runs over it cut", () => {
    const { rows, cut } = left(run, 1);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toBe("a 5 200");
    expect(cut).toMatch(/^long 6 \d{4}$/);
  });

  test("is nothing where only the table of its elements is left", () => {
    const many = recordRun(
      3,
      Array.from({ length: 300 }, (_, index) => secret(`s${index}`, 10 + index)),
    );
    expect(left(many, 1).rows).toEqual([]);
  });

  test("is no record whose message is not that of its revision, nor one without a key", () => {
    const message = keyValueMessage(secret("b", 9));
    expect(left(leafRun(3, [{ key: revisionKey(8), value: message }])).rows).toEqual([]);
    expect(left(leafRun(3, [{ key: revisionKey(8), value: keyValueMessage({ key: "", revision: 8 }) }])).rows).toEqual(
      [],
    );
    expect(left(leafRun(3, [{ key: revisionKey(9).subarray(1), value: message }])).rows).toEqual([]);
  });

  test("is a record with a lease, and one with an empty value", () => {
    const leased = { ...secret("leased", 5), lease: 0x7fff_ffff_ffff_ffffn };
    expect(left(recordRun(3, [leased, secret("empty", 6, new Uint8Array(0))])).rows).toEqual([
      "leased 5 200",
      "empty 6 0",
    ]);
  });

  test("whatever its bytes are, lies within its pages", () => {
    const change = fc.tuple(fc.nat(run.length - 1), fc.uint8Array({ minLength: 1, maxLength: 12 }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), fc.integer({ min: 1, max: 3 }), (changes, pageCount) => {
        const bytes = leafRun(3, [elementOf(secret("a", 5)), elementOf(secret("long", 6, plaintextOf(2 * PAGE)))]);
        for (const [at, by] of changes) bytes.set(by.subarray(0, bytes.length - at), Math.min(at, bytes.length - 1));
        left(bytes, Math.min(pageCount, bytes.length / PAGE));
      }),
      fuzzRuns(500),
    );
  });
});
