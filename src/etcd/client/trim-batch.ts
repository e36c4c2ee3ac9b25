import type { RecordBatch } from "../../model/record-batch.ts";

/** Takes the first rows out of a batch. */
export function dropFirstRows(batch: RecordBatch, rows: number): void {
  if (rows === 0) return;
  batch.moveRows(0, rows, batch.count);
  batch.count -= rows;
}

/**
 * Takes the rows above a revision from the end of a batch that is in order of revision.
 * @returns whether there were any
 */
export function dropRowsAbove(batch: RecordBatch, revision: number): boolean {
  const before = batch.count;
  while (batch.count > 0 && (batch.main[batch.count - 1] as number) > revision) batch.count -= 1;
  return batch.count < before;
}
