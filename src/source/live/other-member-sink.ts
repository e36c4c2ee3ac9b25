import type { RecordSink, SettledPages } from "../../engine/record-sink.ts";
import type { Records } from "../../engine/records.ts";
import type { FreedArea } from "../../model/freed-place.ts";

/**
 * Takes the snapshot of a further member of a cluster: what its database stores, every other member stores too; what lies in
 * its freed pages is its own.
 */
export class OtherMemberSink implements RecordSink {
  private readonly sink: RecordSink;
  private readonly endpoint: string;

  constructor(sink: RecordSink, endpoint: string) {
    this.sink = sink;
    this.endpoint = endpoint;
  }

  learnCompactRevision(): void {}

  add(): void {}

  addUnsettled(records: Records): void {
    this.sink.addUnsettled(records);
  }

  settle(pages: SettledPages): void {
    this.sink.settle({
      isStored: () => false,
      area: { ...pages.area, file: this.endpoint },
      freedOffset: (page) => (pages.isStored(page) ? undefined : pages.freedOffset(page)),
    });
  }

  addFreed(records: Records, area: FreedArea): void {
    this.sink.addFreed(records, { ...area, file: this.endpoint });
  }

  addWalPuts(): void {}
}
