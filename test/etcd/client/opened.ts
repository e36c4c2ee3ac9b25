import { onTestFinished } from "vitest";
import { EtcdClient } from "../../../src/etcd/client/etcd-client.ts";
import { prefixEnd } from "../../../src/etcd/client/key-order.ts";
import type { RangeScan } from "../../../src/etcd/client/range-scan.ts";
import { CONNECTION_DEFAULTS, type ConnectionOptions } from "../../../src/model/connection-options.ts";
import type { RecordBatch } from "../../../src/model/record-batch.ts";

/** A client that is closed when the test ends. */
export async function opened(endpoint: string, options: Partial<ConnectionOptions> = {}): Promise<EtcdClient> {
  const client = await EtcdClient.open({ ...CONNECTION_DEFAULTS, endpoints: [endpoint], ...options });
  onTestFinished(() => client.close());
  return client;
}

/** What a row of a batch says, copied out of it. */
export interface Row {
  readonly key: string;
  readonly value: Buffer;
  readonly main: number;
  readonly createRevision: number;
  readonly version: number;
  readonly lease: bigint;
  readonly tombstone: boolean;
}

/** Copies the rows of a batch. */
export function rowsOf(batch: RecordBatch): Row[] {
  return Array.from({ length: batch.count }, (_, row) => ({
    key: Buffer.from(batch.bytes.subarray(...extent(batch.keyOffset, batch.keyLength, row))).toString(),
    value: Buffer.from(batch.bytes.subarray(...extent(batch.valueOffset, batch.valueLength, row))),
    main: batch.main[row] ?? -1,
    createRevision: batch.createRevision[row] ?? -1,
    version: batch.version[row] ?? -1,
    lease: (BigInt(batch.leaseHigh[row] ?? 0) << 32n) | BigInt(batch.leaseLow[row] ?? 0),
    tombstone: batch.tombstone[row] === 1,
  }));
}

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

/** The bounds of all keys below a folder. */
export function below(folder: string): { readonly key: Uint8Array; readonly rangeEnd: Uint8Array } {
  const key = bytesOf(`${folder}/`);
  return { key, rangeEnd: prefixEnd(key) };
}

/** Reads a folder at the head, or at a revision, in order of keys. */
export async function readFolder(client: EtcdClient, folder: string, scan: Partial<RangeScan> = {}): Promise<Row[]> {
  const range = below(folder);
  const revision = scan.revision ?? (await client.head(range.key)).revision;
  const rows: Row[] = [];
  const onBatch = (batch: RecordBatch): void => {
    rows.push(...rowsOf(batch));
  };
  await client.readRange({ ...range, serializable: false, mayStream: true, onBatch, ...scan, revision });
  return rows.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
}

function extent(offsets: Uint32Array, lengths: Uint32Array, row: number): [start: number, end: number] {
  const start = offsets[row] ?? 0;
  return [start, start + (lengths[row] ?? 0)];
}
