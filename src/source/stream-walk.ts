import { outOfBounds } from "../bbolt/elements.ts";
import { type PageRun, pageRunAt } from "../bbolt/page.ts";
import { claimRun, PAGE_STREAMED_LEAF, PAGE_USED, type Reachability } from "../bbolt/reachability.ts";
import type { Engine } from "../engine/engine.ts";
import { WALK_OUTCOMES } from "../engine/engine-exports.ts";
import { PassedPages } from "../engine/passed-pages.ts";
import { recordProblem } from "../engine/problems.ts";
import type { RecordSink } from "../engine/record-sink.ts";
import { Records } from "../engine/records.ts";
import type { FreedArea } from "../model/freed-place.ts";
import { KeptPages } from "./kept-pages.ts";
import type { PageWalker, PageWindow } from "./page-window.ts";
import type { SnapshotReading } from "./snapshot-reading.ts";
import { FREED_PAGES, StreamFreedPages } from "./stream-freed-pages.ts";

/** More than there can be. */
const UNKNOWN_COUNT = 0xffffffff;
/** Of one page; a page that can be trusted so little is told of once the first is. */
const MOST_DAMAGES_KEPT = 3;

const FILE_TAIL: FreedArea = { location: "file-tail", file: null };

interface RecordDamage {
  readonly element: number;
  readonly message: string;
}

/**
 * Takes the pages of a snapshot that comes once, front to back: every leaf page of revisions is handed over as unsettled,
 * and at the end, when all branch pages have gone by, it is settled which of them the store uses.
 */
export class StreamWalk implements PageWalker {
  private readonly engine: Engine;
  private readonly reading: SnapshotReading;
  private readonly sink: RecordSink;
  private readonly kept: KeptPages;
  private readonly unsettled: Records;
  private readonly tail: Records;
  /** How many pages there are, which a stream does not tell beforehand. */
  private pageCount = UNKNOWN_COUNT;
  /** Of pages that may turn out to be free, and then their damage is nobody's loss. */
  private readonly damagesOf = new Map<number, RecordDamage[]>();
  /** First page of each run beyond the last page in use that was read, and how many pages were. */
  private readonly tailRuns = new Map<number, number>();

  constructor(engine: Engine, reading: SnapshotReading, sink: RecordSink) {
    const { pageSize, highWaterMark, freelistPgid } = reading.meta;
    const { host, exports } = engine;
    this.engine = engine;
    this.reading = reading;
    this.sink = sink;
    this.kept = new KeptPages(highWaterMark * pageSize);
    this.unsettled = new Records(engine);
    this.tail = new Records(engine);
    host.onProblem = (pgid, element, problem) =>
      this.noteDamage(pgid, element, `it can't be read (${recordProblem(problem)})`);
    host.onPageProblem = (pgid, _, element) => this.noteDamage(pgid, element, outOfBounds(element));
    host.keepPage = (address, pgid) => this.kept.keep(pageRunAt(engine.bytes, engine.view, address, pageSize, pgid));
    host.onTailRun = (pgid, pageCount) => this.tailRuns.set(pgid, pageCount);
    exports.startStream(pageSize, highWaterMark, freelistPgid ?? 0, reading.readsFreed);
  }

  walk(start: number, end: number, first: number): { readonly walked: number; readonly needed: number } {
    const { exports } = this.engine;
    const { unsettled, tail } = this;
    let walked = 0;
    for (;;) {
      const from = start + walked * this.reading.meta.pageSize;
      const outcome = exports.walkStream(from, end, first + walked, this.pageCount, unsettled.list, tail.list);
      walked += exports.passedCount.value;
      this.handOver();
      if (outcome !== WALK_OUTCOMES.isFull) return { walked, needed: exports.passedNeeded.value };
    }
  }

  /** Settles which pages count, once all bytes have come; nothing may be walked any more. */
  async finish(window: PageWindow): Promise<Reachability> {
    const { engine, reading, kept, sink } = this;
    const { pageSize, highWaterMark } = reading.meta;
    this.pageCount = window.nextPgid + Math.floor(window.pendingLength / pageSize);
    window.finish(this, pageSize);
    const passed = new PassedPages(engine);
    kept.pageCount = Math.min(highWaterMark, this.pageCount);
    kept.passed = passed;
    if (kept.overflowed) {
      const what = "holds too many pages that are not etcd's to be read as a stream";
      reading.missingFrom(0, "not-settled", `${reading.name} ${what}; save it as a file, uncompressed, and scan that`);
    }
    const reached = await reading.walk(kept);
    const { pageUse } = reached;
    sink.learnCompactRevision(reading.store.compactRevision ?? 0);
    if (reached.inlineLeaf !== undefined) this.addSettled(reached.inlineLeaf);
    this.claimRuns(pageUse, passed);
    const freed = reading.readsFreed ? new StreamFreedPages(pageSize, pageUse, kept, passed) : undefined;
    freed?.handOverKept(engine, sink);
    reading.headlessPages = freed?.headlessPages(this.tailRuns) ?? 0;
    sink.settle({
      isStored: (page) => pageUse[page] === PAGE_STREAMED_LEAF,
      area: FREED_PAGES,
      freedOffset: (page) => freed?.offsetOf(page),
    });
    this.unsettled.free();
    this.tail.free();
    return reached;
  }

  private handOver(): void {
    const { unsettled, tail, sink } = this;
    if (unsettled.count > 0) sink.addUnsettled(unsettled);
    unsettled.count = 0;
    if (tail.count > 0) sink.addFreed(tail, FILE_TAIL);
    tail.count = 0;
  }

  private noteDamage(pgid: number, element: number, message: string): void {
    const damages = this.damagesOf.get(pgid) ?? [];
    if (damages.length < MOST_DAMAGES_KEPT) damages.push({ element, message });
    this.damagesOf.set(pgid, damages);
  }

  /** Hands over the records of a page of which it is known already that it counts. */
  private addSettled(run: PageRun): void {
    const { unsettled, sink } = this;
    this.reading.readLeaf(this.engine, run, unsettled, () => {
      if (unsettled.count > 0) sink.add(unsettled);
      unsettled.count = 0;
    });
  }

  /** Checks the leaf pages that the walk has reached, and marks the later pages of their runs as used. */
  private claimRuns(pageUse: Uint8Array, passed: PassedPages): void {
    const { reading, kept } = this;
    for (let pgid = 0; pgid < pageUse.length; pgid++) {
      if (pageUse[pgid] !== PAGE_STREAMED_LEAF) continue;
      const noted = passed.leafPageCount(pgid);
      // A leaf page whose first element is damaged was taken for one of another bucket.
      const run = noted > 0 ? undefined : kept.keptLeaf(pgid);
      const pageCount = run?.pageCount ?? noted;
      if (pageCount === 0) {
        reading.damaged(pgid, `page ${pgid} should be a leaf page of the key bucket, and is none`);
      } else if (!claimRun(pageUse, pgid, pageCount)) {
        reading.damaged(pgid, `page ${pgid} claims to run over pages that are used otherwise`);
        pageUse[pgid] = PAGE_USED;
      } else if (run !== undefined) {
        this.addSettled(run);
      } else {
        for (const { element, message } of this.damagesOf.get(pgid) ?? [])
          reading.recordDamaged(pgid, element, message);
        reading.noteNewest(passed.newestRevision(pgid));
      }
    }
  }
}
