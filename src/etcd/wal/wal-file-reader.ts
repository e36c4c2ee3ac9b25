import type { Reader } from "protobufjs/minimal.js";
import type { ChecksumChain } from "./checksum-chain.ts";
import { readClusterId } from "./metadata.ts";
import { NORMAL_ENTRY, RaftEntry, readRaftEntry } from "./raft-entry.ts";
import { ENTRY_RECORD, isKnownRecordType, METADATA_RECORD, type WalRecord } from "./record.ts";
import { RecordStream, type RecordVisitor } from "./record-stream.ts";
import { RequestPuts } from "./request-puts.ts";
import { WalBatch } from "./wal-batch.ts";
import type { WalDamage, WalEnd } from "./wal-end.ts";

/** What was learned of one WAL file. Raft indexes and terms are safe integers. */
export interface WalContent {
  /** Records of all types whose checksum holds. */
  readonly provenRecords: number;
  /** Raft entries, those of damaged records among them where they could be read. */
  readonly entries: number;
  /** Put requests in them. */
  readonly puts: number;
  /** Requests to delete a key or a range. */
  readonly deletes: number;
  /** Index of the first and of the last entry in the file; null without entries. */
  readonly firstIndex: number | null;
  readonly lastIndex: number | null;
  /** Lower-case hex; null when the file does not tell. */
  readonly clusterId: string | null;
  readonly end: WalEnd;
}

/** What a WalFileReader tells of, while it reads. */
export interface WalListener {
  /** Puts, in the order of the file. The batch is valid during the call only. */
  onPuts(batch: WalBatch): void;
  /** A place that can't be read; what follows it is read where it can be. */
  onDamage(damage: WalDamage): void;
}

/**
 * Finds every put in one WAL file, which comes piece by piece: a loop writes to `space()` and calls `advance`.
 * Never throws, whatever the bytes are, but for what the listener throws.
 */
export class WalFileReader implements RecordVisitor {
  private readonly listener: WalListener;
  private readonly stream: RecordStream;
  private readonly batch = new WalBatch();
  private readonly requests: RequestPuts;
  private readonly entry = new RaftEntry();
  private reader: Reader | undefined;
  private provenRecords = 0;
  private entries = 0;
  private firstIndex: number | null = null;
  private lastIndex: number | null = null;
  private clusterId: string | null = null;
  private isHandingOver = false;

  /** @param chain the checksum of the files before this one; it goes on through this one */
  constructor(chain: ChecksumChain, listener: WalListener) {
    this.listener = listener;
    this.stream = new RecordStream(chain, this);
    this.requests = new RequestPuts(this.batch, () => this.handOver());
  }

  /** Where the next bytes of the file go, as many as fit; never empty. */
  space(): Uint8Array {
    return this.stream.space();
  }

  /** Takes the bytes on that were written to `space()`. */
  advance(length: number): void {
    this.stream.advance(length);
  }

  /** Ends the file. Only the last one that was written to may end in a torn record. */
  finish(mayBeTorn: boolean): WalContent {
    const end = this.stream.finish(mayBeTorn);
    const { provenRecords, entries, firstIndex, lastIndex, clusterId } = this;
    const { puts, deletes } = this.requests;
    return { provenRecords, entries, puts, deletes, firstIndex, lastIndex, clusterId, end };
  }

  /** For the record stream. */
  beginBuffer(reader: Reader, fileOffset: number): void {
    this.reader = reader;
    this.batch.reset(reader.buf, fileOffset);
  }

  /** For the record stream. */
  endBuffer(): void {
    if (this.batch.records.count > 0) this.handOver();
  }

  /** For the record stream. */
  damaged(damage: WalDamage): void {
    this.listener.onDamage(damage);
  }

  /** For the record stream. */
  visitRecord(record: WalRecord, isProven: boolean): string | undefined {
    const { reader } = this;
    if (reader === undefined) return undefined;
    if (isProven) this.provenRecords++;
    if (record.type === ENTRY_RECORD) return this.visitEntry(reader, record, isProven);
    if (record.type === METADATA_RECORD && isProven) this.clusterId ??= readClusterId(reader, record);
    return isProven && !isKnownRecordType(record.type) ? "a record of an unknown type is there" : undefined;
  }

  private visitEntry(reader: Reader, record: WalRecord, isProven: boolean): string | undefined {
    const { entry } = this;
    try {
      readRaftEntry(reader, record.dataOffset, record.dataEnd, entry);
      this.entries++;
      if (isProven) {
        this.firstIndex ??= entry.index;
        this.lastIndex = entry.index;
      }
      if (entry.type === NORMAL_ENTRY) this.requests.read(reader, entry, isProven);
    } catch (error) {
      if (this.isHandingOver) throw error;
      // Of a record without its checksum it has been told already that it is damaged.
      return isProven ? `the raft entry there can't be read (${messageOf(error)})` : undefined;
    }
    return undefined;
  }

  private handOver(): void {
    const { batch, listener } = this;
    this.isHandingOver = true;
    listener.onPuts(batch);
    this.isHandingOver = false;
    batch.reset(batch.records.bytes, batch.fileOffset);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "of an unknown form";
}
