import { outOfBounds } from "../bbolt/elements.ts";
import type { PageRun } from "../bbolt/page.ts";
import type { Engine } from "../engine/engine.ts";
import { WALK_OUTCOMES } from "../engine/engine-exports.ts";
import { PAGE_PROBLEMS } from "../engine/problems.ts";
import type { RecordSink } from "../engine/record-sink.ts";
import { Records } from "../engine/records.ts";
import type { FreedArea } from "../model/freed-place.ts";
import type { PageWalker } from "./page-window.ts";
import type { SnapshotReading } from "./snapshot-reading.ts";

/**
 * Takes the pages of a file of which the walk from the root has told the use: hands over the records of leaf pages of the
 * key bucket, and looks through the pages that are not in use.
 */
export class FileWalk implements PageWalker {
  private readonly engine: Engine;
  private readonly reading: SnapshotReading;
  private readonly pageUse: Uint8Array;
  private readonly use: number;
  private readonly sink: RecordSink;
  private readonly stored: Records;
  private readonly freed: Records;
  private readonly freedPages: FreedArea;
  private readonly tail: FreedArea;

  /**
   * @param pageUse what the tree uses each page for; the runs of leaf pages are marked in it in the end
   * @param pageCount whole pages in the file, those beyond the last one in use among them
   */
  constructor(engine: Engine, reading: SnapshotReading, pageUse: Uint8Array, pageCount: number, sink: RecordSink) {
    const { meta, file, readsFreed } = reading;
    this.engine = engine;
    this.reading = reading;
    this.pageUse = pageUse;
    this.sink = sink;
    this.stored = new Records(engine);
    this.freed = new Records(engine);
    this.freedPages = { location: "free-page", file };
    this.tail = { location: "file-tail", file };
    this.use = engine.place(pageUse);
    engine.host.onProblem = (...problem) => reading.recordProblem(...problem);
    engine.host.onPageProblem = (...problem) => this.pageProblem(...problem);
    engine.exports.startWalk(meta.pageSize, this.use, pageUse.length, pageCount, readsFreed);
  }

  /** Takes the leaf of a bucket that lies within the value that describes it. */
  takeInline(leaf: PageRun): void {
    this.reading.readLeaf(this.engine, leaf, this.stored, () => this.handOver());
  }

  walk(start: number, end: number, first: number): { readonly walked: number; readonly needed: number } {
    const { exports } = this.engine;
    let walked = 0;
    for (;;) {
      const from = start + walked * this.reading.meta.pageSize;
      const outcome = exports.walkPages(from, end, first + walked, this.stored.list, this.freed.list);
      walked += exports.walkedPages.value;
      this.handOver();
      if (outcome !== WALK_OUTCOMES.isFull) return { walked, needed: exports.neededPages.value };
    }
  }

  /** Ends the walk, whether or not all pages were there: nothing may be walked any more. */
  finish(): void {
    const { reading, engine, pageUse, use } = this;
    reading.noteNewest(engine.exports.newestStored.value);
    reading.headlessPages = engine.exports.headlessPages.value;
    pageUse.set(engine.bytes.subarray(use, use + pageUse.length));
    engine.exports.release(use);
    this.stored.free();
    this.freed.free();
  }

  private handOver(): void {
    const { stored, freed, sink } = this;
    if (stored.count > 0) sink.add(stored);
    stored.count = 0;
    if (freed.count === 0) return;
    const isTail = freed.where(0) >= this.pageUse.length * this.reading.meta.pageSize;
    sink.addFreed(freed, isTail ? this.tail : this.freedPages);
    freed.count = 0;
  }

  private pageProblem(pgid: number, problem: number, number: number): void {
    const { reading } = this;
    switch (problem) {
      case PAGE_PROBLEMS.noLeaf:
        reading.damaged(pgid, `page ${pgid} should be a leaf page of the key bucket, and is none`);
        break;
      case PAGE_PROBLEMS.tooLong:
        reading.damaged(pgid, `page ${pgid} claims to run over ${number} pages, more than there are`);
        break;
      case PAGE_PROBLEMS.usedOtherwise:
        reading.damaged(pgid, `page ${pgid} claims to run over pages that are used otherwise`);
        break;
      case PAGE_PROBLEMS.noElements:
        reading.recordDamaged(pgid, 0, "its page has no elements");
        break;
      default:
        reading.recordDamaged(pgid, number, outOfBounds(number));
    }
  }
}
