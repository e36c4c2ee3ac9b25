import protobuf from "protobufjs/minimal.js";
import { ElementOutOfBounds, visitLeafElements } from "../bbolt/elements.ts";
import type { PageRun } from "../bbolt/page.ts";
import type { RecordBatch } from "../model/record-batch.ts";
import { readKeyValue } from "./key-value.ts";
import { isRevisionKey, isTombstoneKey, mainRevision, subRevision } from "./revision-key.ts";

/** Told of an element of a leaf page that can't be read. */
export type RecordDamageListener = (pgid: number, element: number, message: string) => void;

/** Decodes leaf pages of etcd's `key` bucket into record batches. */
export class LeafRecordReader {
  private reader = protobuf.Reader.create(new Uint8Array(0));
  private newestRevision = 0;

  /**
   * Adds every record of a leaf page to the batch, which must stand on the run's buffer. A record that can't be read
   * is told and left out. Only an inline bucket may be empty: bbolt removes a page that has lost its last element
   * (node.go: rebalance).
   * @returns the newest main revision on the page, 0 for none
   */
  appendTo(batch: RecordBatch, run: PageRun, onDamage: RecordDamageListener): number {
    if (this.reader.buf !== run.bytes) this.reader = protobuf.Reader.create(run.bytes);
    this.newestRevision = 0;
    if (run.count === 0 && run.pageCount > 0) onDamage(run.pgid, 0, "its page has no elements");
    try {
      visitLeafElements(run, (keyOffset, keyLength, valueOffset, valueLength, isBucket, element) => {
        const problem =
          isBucket || !isRevisionKey(run.bytes, keyOffset, keyLength)
            ? "its key is no revision"
            : this.appendRecord(batch, run.bytes, keyOffset, keyLength, valueOffset, valueLength);
        if (problem !== undefined) onDamage(run.pgid, element, problem);
      });
    } catch (error) {
      if (!(error instanceof ElementOutOfBounds)) throw error;
      onDamage(run.pgid, error.element, error.message);
    }
    return this.newestRevision;
  }

  /** Adds one record, or says why it can't be read. */
  private appendRecord(
    batch: RecordBatch,
    bytes: Uint8Array,
    keyOffset: number,
    keyLength: number,
    valueOffset: number,
    valueLength: number,
  ): string | undefined {
    const row = batch.addRow();
    try {
      const main = mainRevision(bytes, keyOffset);
      const sub = subRevision(bytes, keyOffset);
      const isTombstone = isTombstoneKey(bytes, keyOffset, keyLength);
      if (valueLength === 0 && sub === 0 && !isTombstone) {
        // etcdutl snapshot restore --bump-revision writes one empty record, only to raise the revision.
        batch.count = row;
      } else {
        batch.main[row] = main;
        batch.sub[row] = sub;
        batch.tombstone[row] = isTombstone ? 1 : 0;
        const modRevision = readKeyValue(this.reader, valueOffset, valueOffset + valueLength, batch, row);
        if (modRevision !== main && !isTombstone) throw new RangeError("its two revisions differ");
      }
      if (main > this.newestRevision) this.newestRevision = main;
      return undefined;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      batch.count = row;
      return `it can't be read (${error.message})`;
    }
  }
}
