import type { RecordBatch } from "../../model/record-batch.ts";
import type { FreedPlace, RecordSink } from "../../model/record-sink.ts";

/** Lets only revisions up to one pass: a snapshot holds all that the member has. */
export class PinnedSink implements RecordSink {
  private readonly sink: RecordSink;
  private readonly revision: number;

  constructor(sink: RecordSink, revision: number) {
    this.sink = sink;
    this.revision = revision;
  }

  learnCompactRevision(revision: number): void {
    this.sink.learnCompactRevision(revision);
  }

  add(batch: RecordBatch): void {
    keepRowsUpTo(batch, this.revision);
    this.sink.add(batch);
  }

  addUnsettled(batch: RecordBatch, group: number): void {
    keepRowsUpTo(batch, this.revision);
    this.sink.addUnsettled(batch, group);
  }

  settle(isStored: (group: number) => boolean, placeOf: (group: number) => FreedPlace | undefined): void {
    this.sink.settle(isStored, placeOf);
  }

  addFreed(batch: RecordBatch, place: FreedPlace): void {
    this.sink.addFreed(batch, place);
  }

  addWalPuts(batch: RecordBatch, placeOf: (row: number) => FreedPlace): void {
    this.sink.addWalPuts(batch, placeOf);
  }
}

function keepRowsUpTo(batch: RecordBatch, revision: number): void {
  let kept = 0;
  const { cutRow } = batch;
  batch.cutRow = -1;
  for (let row = 0; row < batch.count; row++) {
    if ((batch.main[row] as number) > revision) continue;
    if (row === cutRow) batch.cutRow = kept;
    if (kept < row) batch.moveRows(kept, row, row + 1);
    kept += 1;
  }
  batch.count = kept;
}
