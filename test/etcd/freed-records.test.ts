import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pageRunAt } from "../../src/bbolt/page.ts";
import { FreedRecordReader } from "../../src/etcd/freed-records.ts";
import { RecordBatch } from "../../src/model/record-batch.ts";
import { keyValueMessage, revisionKey } from "../bbolt-file/etcd-record.ts";
import { viewOf } from "../bbolt-file/page.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";
import { elementOf, leafRun, PAGE, plaintextOf, recordRun, secret } from "../source/freed-page-bytes.ts";

/** What is left of a leaf of which the first pages are as they were; all of them unless told. */
function left(
  bytes: Uint8Array,
  pageCount = bytes.length / PAGE,
): { rows: readonly string[]; cut: string | undefined } {
  const batch = new RecordBatch();
  batch.reset(bytes);
  const run = { ...pageRunAt(bytes, viewOf(bytes), 0, PAGE, 3), length: pageCount * PAGE, pageCount };
  new FreedRecordReader().appendTo(batch, run);
  const rows = Array.from({ length: batch.count }, (_, row) => {
    const key = batch.keyOffset[row] as number;
    const name = Buffer.from(bytes.subarray(key, key + (batch.keyLength[row] as number))).toString("latin1");
    const valueEnd = (batch.valueOffset[row] as number) + (batch.valueLength[row] as number);
    expect(valueEnd).toBeLessThanOrEqual(pageCount * PAGE);
    return `${name.replace(/.*\//, "")} ${batch.main[row]} ${batch.valueLength[row]}`;
  });
  return { rows, cut: rows[batch.cutRow] };
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

  test("whatever its bytes are, lies within its pages, and reading it does not throw", () => {
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
