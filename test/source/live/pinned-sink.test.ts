import { expect, test } from "vitest";
import type { RecordBatch } from "../../../src/model/record-batch.ts";
import type { RecordSink } from "../../../src/model/record-sink.ts";
import { PinnedSink } from "../../../src/source/live/pinned-sink.ts";
import { batchOf } from "../../timeline/fill-batch.ts";

test.each([
  [2, [5, 6], 1],
  [0, [5, 6], -1],
  [-1, [5, 6], -1],
])("newer revisions are left out, and row %i, whose value is cut, stays marked", (cutRow, mains, expected) => {
  const seen: { mains: readonly number[]; cutRow: number }[] = [];
  const take = (batch: RecordBatch) => {
    seen.push({ mains: [...batch.main.subarray(0, batch.count)], cutRow: batch.cutRow });
  };
  const sink = { addUnsettled: take } as Partial<RecordSink> as RecordSink;
  const records = [9, 5, 6].map((main) => ({ key: "/a", main, value: Uint8Array.of(1) }));
  const batch = batchOf(records);
  batch.cutRow = cutRow;
  new PinnedSink(sink, 6).addUnsettled(batch, 1);
  expect(seen).toEqual([{ mains, cutRow: expected }]);
});
