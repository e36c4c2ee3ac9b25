import type { RecordBatch } from "../model/record-batch.ts";
import type { FreedPlace, RecordSink } from "../model/record-sink.ts";

/** Takes a database that is no longer the store's: whatever it holds counts as left over. */
export class FreedOnlySink implements RecordSink {
  private readonly sink: RecordSink;
  private readonly file: string;

  /** @param file path of the database */
  constructor(sink: RecordSink, file: string) {
    this.sink = sink;
    this.file = file;
  }

  learnCompactRevision(): void {}

  add(batch: RecordBatch): void {
    this.sink.addFreed(batch, { location: "free-page", file: this.file, offset: null, isLeftOver: true });
  }

  addUnsettled(batch: RecordBatch): void {
    this.add(batch);
  }

  settle(): void {}

  addFreed(batch: RecordBatch, place: FreedPlace): void {
    this.sink.addFreed(batch, { ...place, isLeftOver: true });
  }

  addWalPuts(): void {}
}
