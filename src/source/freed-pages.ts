import { isHeaderOf, LEAF_PAGE, type PageRun, readFlags, readOverflow } from "../bbolt/page.ts";
import { FreedRecordReader } from "../etcd/freed-records.ts";
import { RecordBatch } from "../model/record-batch.ts";
import type { FreedPlace } from "../model/record-sink.ts";

/** The longest freed run that is read: four records of the largest size that etcd takes by default, twice over. */
const LONGEST_FREED_RUN = 16 * 1024 * 1024;

/** Whether a freed page may begin a leaf, and how many pages of it to look at: none of more than there are. */
export function freedPagesWanted(
  view: DataView,
  offset: number,
  pgid: number,
  pageSize: number,
  pageCount: number,
): number {
  if (!isHeaderOf(view, offset, pgid) || readFlags(view, offset) !== LEAF_PAGE) return 0;
  const claimed = readOverflow(view, offset) + 1;
  return Math.min(claimed, pageCount - pgid, Math.floor(LONGEST_FREED_RUN / pageSize));
}

/**
 * How many pages of a freed run are as they were: up to the first that is in use again, or has a header of its own and
 * so has been in use since.
 * @param wanted pages of the run that the buffer holds
 */
export function intactPages(run: PageRun, wanted: number, pageSize: number, isUsed: (pgid: number) => boolean): number {
  for (let page = 1; page < wanted; page++) {
    const pgid = run.pgid + page;
    if (isUsed(pgid) || isHeaderOf(run.view, run.offset + page * pageSize, pgid)) return page;
  }
  return wanted;
}

/** Whether a page holds anything at all. */
export function isBlank(view: DataView, offset: number, pageSize: number): boolean {
  for (let at = offset; at < offset + pageSize; at += 8) if (view.getBigUint64(at, true) !== 0n) return false;
  return true;
}

/** Reads freed leaf pages, and hands over the records that they still hold. */
export class FreedLeaves {
  private readonly reader = new FreedRecordReader();
  private readonly batch = new RecordBatch();
  private readonly onRecords: (batch: RecordBatch, place: FreedPlace) => void;
  private readonly file: string | null;

  /** @param file path of the file, where a source has several */
  constructor(file: string | null, onRecords: (batch: RecordBatch, place: FreedPlace) => void) {
    this.file = file;
    this.onRecords = onRecords;
  }

  /** Takes the first `pageCount` pages of a freed run. */
  visit(run: PageRun, pageCount: number, pageSize: number, location: "free-page" | "file-tail"): void {
    this.batch.reset(run.bytes);
    this.reader.appendTo(this.batch, { ...run, length: pageCount * pageSize, pageCount });
    if (this.batch.count > 0) this.onRecords(this.batch, { location, file: this.file, offset: run.pgid * pageSize });
  }
}
