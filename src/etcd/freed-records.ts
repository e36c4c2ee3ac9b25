import protobuf from "protobufjs/minimal.js";
import { readBucketRoot } from "../bbolt/bucket.ts";
import { visitFreedElements } from "../bbolt/elements.ts";
import type { PageRun } from "../bbolt/page.ts";
import type { RecordBatch } from "../model/record-batch.ts";
import { readFreedKeyValue } from "./key-value.ts";
import { isRevisionKey, isTombstoneKey, mainRevision, subRevision } from "./revision-key.ts";
import { KEY_BUCKET } from "./schema.ts";

/** Decodes what is left of leaf pages that the store no longer uses. Nothing in them is damage: they may hold anything. */
export class FreedRecordReader {
  private reader = protobuf.Reader.create(new Uint8Array(0));

  /**
   * Adds the records with a value of which a key can still be told, also those of an inline `key` bucket on an old root
   * page, to the batch, which must stand on the run's buffer.
   * @param run its `length` covers only the pages that are as they were
   */
  appendTo(batch: RecordBatch, run: PageRun): void {
    if (this.reader.buf !== run.bytes) this.reader = protobuf.Reader.create(run.bytes);
    visitFreedElements(run, (keyOffset, keyLength, valueOffset, valueLength, isBucket) => {
      if (isBucket) this.appendInline(batch, run, keyOffset, keyLength, valueOffset, valueLength);
      else this.appendRecord(batch, run, keyOffset, keyLength, valueOffset, valueLength);
    });
  }

  private appendInline(
    batch: RecordBatch,
    run: PageRun,
    keyOffset: number,
    keyLength: number,
    valueOffset: number,
    valueLength: number,
  ): void {
    const name = Buffer.from(run.bytes.buffer, run.bytes.byteOffset + keyOffset, keyLength).toString("latin1");
    const root = readBucketRoot(run, valueOffset, valueLength);
    // etcd nests no buckets: one level is all there is to follow.
    if (name !== KEY_BUCKET || root.kind !== "inline") return;
    visitFreedElements(root.leaf, (...[key, length, value, size, isBucket]) => {
      if (!isBucket) this.appendRecord(batch, root.leaf, key, length, value, size);
    });
  }

  private appendRecord(
    batch: RecordBatch,
    { bytes, offset, length }: PageRun,
    keyOffset: number,
    keyLength: number,
    valueOffset: number,
    valueLength: number,
  ): void {
    if (!isRevisionKey(bytes, keyOffset, keyLength) || isTombstoneKey(bytes, keyOffset, keyLength)) return;
    const row = batch.addRow();
    try {
      batch.main[row] = mainRevision(bytes, keyOffset);
      batch.sub[row] = subRevision(bytes, keyOffset);
      const end = valueOffset + valueLength;
      // What ends where the pages do may have gone on.
      if (readFreedKeyValue(this.reader, valueOffset, end, batch, row, end < offset + length)) return;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    batch.count = row;
    if (batch.cutRow === row) batch.cutRow = -1;
  }
}
