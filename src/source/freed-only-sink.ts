import type { RecordSink } from "../engine/record-sink.ts";
import { type Records, UNKNOWN_OFFSET } from "../engine/records.ts";
import type { FreedArea } from "../model/freed-place.ts";

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

  add(records: Records): void {
    for (let index = 0; index < records.count; index++) records.setWhere(index, UNKNOWN_OFFSET);
    this.sink.addFreed(records, { location: "free-page", file: this.file, isLeftOver: true });
  }

  addUnsettled(records: Records): void {
    this.add(records);
  }

  settle(): void {}

  addFreed(records: Records, area: FreedArea): void {
    this.sink.addFreed(records, { ...area, isLeftOver: true });
  }

  addWalPuts(): void {}
}
