import { expect, test } from "vitest";
import { Engine } from "../../../src/engine/engine.ts";
import type { RecordSink } from "../../../src/engine/record-sink.ts";
import type { Records } from "../../../src/engine/records.ts";
import { PinnedSink } from "../../../src/source/live/pinned-sink.ts";
import { recordsWith } from "../../engine/filled-records.ts";

test("newer revisions are left out, the others keep what they are", () => {
  const seen: string[] = [];
  const take = (records: Records) => {
    for (let index = 0; index < records.count; index++) {
      const key = Buffer.from(records.keyBytes(index));
      seen.push(`${key} ${records.main(index)} ${Buffer.from(records.valueBytes(index))} ${records.where(index)}`);
    }
  };
  const sink = { add: take, addUnsettled: take } as Partial<RecordSink> as RecordSink;
  const written = [9, 5, 7, 6].map((main) => ({ key: `/${main}`, main, value: Buffer.from(`value ${main}`) }));
  const pinned = new PinnedSink(sink, 6);
  const engine = new Engine();
  pinned.addUnsettled(recordsWith(engine, written, 3));
  pinned.add(recordsWith(engine, written, 4));
  expect(seen).toEqual(["/5 5 value 5 3", "/6 6 value 6 3", "/5 5 value 5 4", "/6 6 value 6 4"]);
});
