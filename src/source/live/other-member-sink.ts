import type { RecordBatch } from "../../model/record-batch.ts";
import type { FreedPlace, RecordSink } from "../../model/record-sink.ts";

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

  addUnsettled(batch: RecordBatch, group: number): void {
    this.sink.addUnsettled(batch, group);
  }

  settle(isStored: (group: number) => boolean, placeOf: (group: number) => FreedPlace | undefined): void {
    this.sink.settle(
      () => false,
      (group) => {
        const place = isStored(group) ? undefined : placeOf(group);
        return place && { ...place, file: this.endpoint };
      },
    );
  }

  addFreed(batch: RecordBatch, place: FreedPlace): void {
    this.sink.addFreed(batch, { ...place, file: this.endpoint });
  }

  addWalPuts(): void {}
}
