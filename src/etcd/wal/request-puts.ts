import type { Reader } from "protobufjs/minimal.js";
import { BYTES, readFieldEnd, skipField } from "./message-fields.ts";
import { PutRequest, readPutRequest } from "./put-request.ts";
import type { RaftEntry } from "./raft-entry.ts";
import type { WalBatch } from "./wal-batch.ts";

/** Field tags of etcdserverpb.InternalRaftRequest (etcd api/etcdserverpb/raft_internal.proto). */
const METHOD_TAG = (2 << 3) | BYTES;
const PUT_TAG = (4 << 3) | BYTES;
const DELETE_RANGE_TAG = (5 << 3) | BYTES;
const TXN_TAG = (6 << 3) | BYTES;
/** Field tags of TxnRequest and RequestOp (etcd api/etcdserverpb/rpc.proto). */
const SUCCESS_TAG = (2 << 3) | BYTES;
const FAILURE_TAG = (3 << 3) | BYTES;
const OPERATION_PUT_TAG = (2 << 3) | BYTES;
const OPERATION_DELETE_RANGE_TAG = (3 << 3) | BYTES;
const OPERATION_TXN_TAG = (4 << 3) | BYTES;

/** Transactions within transactions, so deep at most: two messages each, and protobuf itself stops at 100. */
const DEEPEST_TXN = 50;
/** Rows after which a batch is handed over even within an entry: a large one must not take more memory. */
const MOST_ROWS = 65_536;
/**
 * Up to etcd 3.5 members also log a request of their API version 2, without any mark of it. Its second field names a
 * method (etcd api/etcdserverpb/etcdserver.proto: Request).
 */
const VERSION_2_METHODS: ReadonlySet<string> = new Set(["GET", "PUT", "POST", "DELETE", "QGET", "SYNC"]);
const LONGEST_METHOD = 6;

/**
 * Finds the puts in the requests of raft entries, whether or not they were carried out: both branches of a transaction
 * lie on the disk. Of other requests nothing is read: those of users hold passwords.
 */
export class RequestPuts {
  /** Put requests so far, those that keep the stored value among them. */
  puts = 0;
  /** Requests to delete a key or a range so far. */
  deletes = 0;
  private readonly batch: WalBatch;
  private readonly onFull: () => void;
  private readonly put = new PutRequest();

  /** @param onFull hands over the rows of the batch, and forgets them */
  constructor(batch: WalBatch, onFull: () => void) {
    this.batch = batch;
    this.onFull = onFull;
  }

  /**
   * Adds a row to the batch for each put of an entry. `reader` must stand on the batch's own buffer.
   * @throws Error when the entry's data are no request; rows added until then stay
   */
  read(reader: Reader, entry: RaftEntry, isProven: boolean): void {
    const end = entry.dataEnd;
    reader.pos = entry.dataOffset;
    reader.len = end;
    while (reader.pos < end) {
      const tag = reader.uint32();
      switch (tag) {
        case PUT_TAG:
          this.readPut(reader, end, entry, isProven);
          break;
        case TXN_TAG:
          this.readTxn(reader, end, entry, isProven, 1);
          break;
        case DELETE_RANGE_TAG:
          this.passDelete(reader, end);
          break;
        case METHOD_TAG:
          if (isVersion2Method(reader, end)) return;
          break;
        default:
          if (isRequestField(tag)) throw new RangeError("a request of no known form");
          skipField(reader, tag);
      }
    }
  }

  private readTxn(reader: Reader, limit: number, entry: RaftEntry, isProven: boolean, depth: number): void {
    if (depth > DEEPEST_TXN) throw new RangeError(`transactions nested more than ${DEEPEST_TXN} deep`);
    const end = readFieldEnd(reader, limit);
    while (reader.pos < end) {
      const tag = reader.uint32();
      if (tag === SUCCESS_TAG || tag === FAILURE_TAG) this.readOperation(reader, end, entry, isProven, depth);
      else skipField(reader, tag);
    }
    if (reader.pos !== end) throw new RangeError("a transaction that runs over its end");
  }

  private readOperation(reader: Reader, limit: number, entry: RaftEntry, isProven: boolean, depth: number): void {
    const end = readFieldEnd(reader, limit);
    while (reader.pos < end) {
      const tag = reader.uint32();
      if (tag === OPERATION_PUT_TAG) this.readPut(reader, end, entry, isProven);
      else if (tag === OPERATION_TXN_TAG) this.readTxn(reader, end, entry, isProven, depth + 1);
      else if (tag === OPERATION_DELETE_RANGE_TAG) this.passDelete(reader, end);
      else skipField(reader, tag);
    }
    if (reader.pos !== end) throw new RangeError("an operation that runs over its end");
  }

  private readPut(reader: Reader, limit: number, entry: RaftEntry, isProven: boolean): void {
    const { batch, put } = this;
    readPutRequest(reader, readFieldEnd(reader, limit), put);
    this.puts++;
    if (put.keepsValue) return;
    batch.addPut(put, entry.index, entry.term, isProven);
    if (batch.records.count >= MOST_ROWS) this.onFull();
  }

  private passDelete(reader: Reader, limit: number): void {
    reader.pos = readFieldEnd(reader, limit);
    this.deletes++;
  }
}

/** Whether a tag is of a field that is read here: with another wire type it makes no request. */
function isRequestField(tag: number): boolean {
  return [PUT_TAG, DELETE_RANGE_TAG, TXN_TAG].some((known) => known >>> 3 === tag >>> 3);
}

/** Reads the field, and tells whether it is the method of a version 2 request. */
function isVersion2Method(reader: Reader, limit: number): boolean {
  const start = reader.pos;
  const end = readFieldEnd(reader, limit);
  const text = end - start > LONGEST_METHOD + 1 ? "" : String.fromCharCode(...reader.buf.subarray(reader.pos, end));
  reader.pos = end;
  return VERSION_2_METHODS.has(text);
}
