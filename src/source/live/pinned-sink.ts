import type { RecordSink, SettledPages } from "../../engine/record-sink.ts";
import type { Records } from "../../engine/records.ts";
import type { FreedArea } from "../../model/freed-place.ts";

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

  add(records: Records): void {
    records.keepUpTo(this.revision);
    this.sink.add(records);
  }

  addUnsettled(records: Records): void {
    records.keepUpTo(this.revision);
    this.sink.addUnsettled(records);
  }

  settle(pages: SettledPages): void {
    this.sink.settle(pages);
  }

  addFreed(records: Records, area: FreedArea): void {
    this.sink.addFreed(records, area);
  }

  addWalPuts(records: Records, area: FreedArea): void {
    this.sink.addWalPuts(records, area);
  }
}
