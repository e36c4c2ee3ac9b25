import { RecordBatch } from "../../src/model/record-batch.ts";

/** One etcd record, as far as the stages after the source look at it. */
export interface Written {
  readonly key: string;
  readonly main: number;
  readonly sub?: number;
  /** null: the mark of a deletion. */
  readonly value: Uint8Array | null;
  readonly createRevision?: number;
  readonly version?: number;
  readonly lease?: readonly [high: number, low: number];
}

/** A batch of records, in their order. */
export function batchOf(records: readonly Written[]): RecordBatch {
  const batch = new RecordBatch();
  const parts: Uint8Array[] = [];
  let length = 0;
  const append = (bytes: Uint8Array): number => {
    parts.push(bytes);
    length += bytes.length;
    return length - bytes.length;
  };
  const rows = records.map((record) => {
    const key = Buffer.from(record.key);
    return { record, keyLength: key.length, keyOffset: append(key), valueOffset: append(record.value ?? Buffer.of()) };
  });
  batch.reset(Buffer.concat(parts));
  for (const { record, keyOffset, keyLength, valueOffset } of rows) {
    const row = batch.addRow();
    batch.keyOffset[row] = keyOffset;
    batch.keyLength[row] = keyLength;
    batch.main[row] = record.main;
    batch.sub[row] = record.sub ?? 0;
    batch.tombstone[row] = record.value === null ? 1 : 0;
    if (record.value === null) continue;
    batch.valueOffset[row] = valueOffset;
    batch.valueLength[row] = record.value.length;
    batch.createRevision[row] = record.createRevision ?? record.main;
    batch.version[row] = record.version ?? 1;
    batch.leaseHigh[row] = record.lease?.[0] ?? 0;
    batch.leaseLow[row] = record.lease?.[1] ?? 0;
  }
  return batch;
}
