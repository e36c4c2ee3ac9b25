import protobuf from "protobufjs/minimal.js";
import { crc32c } from "../../../src/bytes/crc32c.ts";

type Writer = protobuf.Writer;

/** A record that was written: where its frame begins and ends in the file. */
export interface PlacedRecord {
  readonly offset: number;
  readonly end: number;
}

/** Writes a WAL file as etcd does, record by record; several files go on from one checksum. */
export class WalBuilder {
  readonly records: PlacedRecord[] = [];
  crc: number;
  private readonly pieces: Uint8Array[] = [];
  private length = 0;
  private index = 0;

  /** Begins a file with the record that every one begins with. */
  constructor(crc = 0, firstIndex = 1) {
    this.crc = crc;
    this.index = firstIndex - 1;
    this.record(4, null);
  }

  /** Adds a record of any type. */
  record(type: number, data: Uint8Array | null): this {
    if (data !== null) this.crc = crc32c(new DataView(data.buffer, data.byteOffset), 0, data.length, this.crc);
    const writer = protobuf.Writer.create().uint32(8).int64(type).uint32(16).uint32(this.crc);
    return this.frame(data === null ? writer.finish() : writer.uint32(26).bytes(data).finish());
  }

  /** Adds a raft entry, the next in order. */
  entry(request: Uint8Array, type = 0): this {
    const writer = protobuf.Writer.create().uint32(8).uint32(type).uint32(16).uint32(2);
    return this.record(
      2,
      writer
        .uint32(24)
        .uint32(++this.index)
        .uint32(34)
        .bytes(request)
        .finish(),
    );
  }

  /** Adds the metadata that a member writes. */
  metadata(clusterId: bigint): this {
    return this.record(1, protobuf.Writer.create().uint32(8).uint32(7).uint32(16).uint64(`${clusterId}`).finish());
  }

  /** Adds a frame of any content. */
  frame(record: Uint8Array): this {
    const padding = -record.length & 7;
    const bytes = new Uint8Array(8 + record.length + padding);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, record.length, true);
    view.setUint8(7, padding === 0 ? 0 : 0x80 | padding);
    bytes.set(record, 8);
    return this.raw(bytes);
  }

  /** Adds bytes as they are. */
  raw(bytes: Uint8Array): this {
    this.records.push({ offset: this.length, end: this.length + bytes.length });
    this.pieces.push(bytes);
    this.length += bytes.length;
    return this;
  }

  /** The file, with zeros allocated in advance up to `size`. */
  finish(size = this.length): Uint8Array {
    const bytes = new Uint8Array(Math.max(size, this.length));
    bytes.set(Buffer.concat(this.pieces));
    return bytes;
  }

  /** The record that was added as the nth, from 0; negative from the end. */
  at(position: number): PlacedRecord {
    const record = this.records.at(position);
    if (record === undefined) throw new Error(`the file has no record ${position}`);
    return record;
  }
}

/** A request whose one field holds a message. */
export function request(field: number, message: Uint8Array): Uint8Array {
  return header()
    .uint32((field << 3) | 2)
    .bytes(message)
    .finish();
}

/** The message of a put. */
export function put(key: string, value: string | Uint8Array, more: (writer: Writer) => Writer = same): Uint8Array {
  const writer = protobuf.Writer.create().uint32(10).string(key).uint32(18).bytes(Buffer.from(value));
  return more(writer).finish();
}

/** The message of a transaction: operations of its success and of its failure branch. */
export function txn(success: readonly Uint8Array[], failure: readonly Uint8Array[] = []): Uint8Array {
  const compare = protobuf.Writer.create().uint32(16).uint32(2).uint32(26).string("compared-key").finish();
  const writer = protobuf.Writer.create().uint32(10).bytes(compare);
  for (const operation of success) writer.uint32(18).bytes(operation);
  for (const operation of failure) writer.uint32(26).bytes(operation);
  return writer.finish();
}

/** One operation of a transaction: 1 range, 2 put, 3 delete, 4 transaction. */
export function operation(field: 1 | 2 | 3 | 4, message: Uint8Array): Uint8Array {
  return protobuf.Writer.create()
    .uint32((field << 3) | 2)
    .bytes(message)
    .finish();
}

/** A request that puts one value, as most do. */
export function putRequest(key: string, value: string | Uint8Array): Uint8Array {
  return request(4, put(key, value));
}

/** A file of so many puts of `value-N` under `/key-N`, N from 1 on. */
export function fileOfPuts(count: number): WalBuilder {
  const builder = new WalBuilder().metadata(0xabcdef0123456789n);
  for (let number = 1; number <= count; number++) builder.entry(putRequest(`/key-${number}`, `value-${number}`));
  return builder;
}

function header(): Writer {
  return protobuf.Writer.create().uint32(8).uint32(4711);
}

function same(writer: Writer): Writer {
  return writer;
}
