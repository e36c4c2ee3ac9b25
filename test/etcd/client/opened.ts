import { expect, onTestFinished } from "vitest";
import { Engine } from "../../../src/engine/engine.ts";
import { Records } from "../../../src/engine/records.ts";
import { EtcdClient } from "../../../src/etcd/client/etcd-client.ts";
import { prefixEnd } from "../../../src/etcd/client/key-order.ts";
import type { RangeScan } from "../../../src/etcd/client/range-scan.ts";
import { CONNECTION_DEFAULTS, type ConnectionOptions } from "../../../src/model/connection-options.ts";
import type { PageReader } from "../../../src/model/range-page.ts";
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

/** The same of records in an engine. */
export function rowsOfRecords(records: Records): Row[] {
  return Array.from({ length: records.count }, (_, index) => {
    const { main, createRevision, version, leaseHigh, leaseLow } = records.row(index);
    return {
      key: Buffer.from(records.keyBytes(index)).toString(),
      value: Buffer.from(records.valueBytes(index)),
      main,
      createRevision,
      version,
      lease: (BigInt(leaseHigh) << 32n) | BigInt(leaseLow),
      tombstone: records.isTombstone(index),
    };
  });
}

let engine: Engine | null = null;

/** Reads pages as a scan does, and copies their rows out; `bytes` is how long the answer was. */
export function rowReader(onPage: (rows: readonly Row[], bytes: number) => void): PageReader {
  engine ??= new Engine();
  const records = new Records(engine);
  let length = 0;
  return {
    read: (bytes) => {
      length = bytes.length;
      return records.takeRange(bytes);
    },
    handOver: () => onPage(rowsOfRecords(records), length),
  };
}

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

/** The bounds of all keys below a folder. */
export function below(folder: string): { readonly key: Uint8Array; readonly rangeEnd: Uint8Array } {
  const key = bytesOf(`${folder}/`);
  return { key, rangeEnd: prefixEnd(key) };
}

/** Reads a folder at the head, or at a revision, in order of keys. */
export async function readFolder(
  client: EtcdClient,
  folder: string,
  { onPage, ...scan }: Partial<Omit<RangeScan, "pages">> & { readonly onPage?: (bytes: number) => void } = {},
): Promise<Row[]> {
  const range = below(folder);
  const revision = scan.revision ?? (await client.head(range.key)).revision;
  const rows: Row[] = [];
  const pages = rowReader((read, bytes) => {
    rows.push(...read);
    onPage?.(bytes);
  });
  const newest = await client.readRange({ ...range, serializable: false, mayStream: true, ...scan, revision, pages });
  expect(newest).toBe(rows.reduce((newestSoFar, { main }) => Math.max(newestSoFar, main), 0));
  return rows.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
}

function extent(offsets: Uint32Array, lengths: Uint32Array, row: number): [start: number, end: number] {
  const start = offsets[row] ?? 0;
  return [start, start + (lengths[row] ?? 0)];
}
