import type { Reader } from "protobufjs/minimal.js";
import { crc32c } from "../../bytes/crc32c.ts";
import { frameLength, LENGTH_FIELD, readRecordLength } from "./frame.ts";
import { CHECKSUM_RECORD, isKnownRecordType, readRecord, WalRecord } from "./record.ts";

/** Longer records are not looked for: etcd takes requests of 1.5 MiB unless told otherwise. */
const LONGEST_SEARCHED = 4 * 1024 * 1024;
/** After so many bytes of checksums in one file the search gives up, or a hostile file could make it endless. */
const MOST_BYTES_CHECKED = 256 * 1024 * 1024;
const SHORTEST_FRAME = 16;
/** How every record begins that etcd writes: the tag of its type. */
const TYPE_TAG = 0x08;
const NO_FRAME = -1;

/** What the search says of one place. */
export type SearchResult = "found" | "not-here" | "more-needed";

/**
 * Finds the next record where the chain of lengths is broken. A record is taken for one when the record after it fits:
 * when its checksum goes on from the first one's.
 */
export class RecordSearch {
  /** Whether so much has been checked that the search is over. */
  hasGivenUp = false;
  /** With `more-needed`: how many bytes, from the place asked for on. */
  wanted = 0;
  private bytesChecked = 0;
  private readonly first = new WalRecord();
  private readonly second = new WalRecord();

  /** Whether a record begins at `offset` of the reader's buffer, of which `length` bytes are filled. */
  look(reader: Reader, view: DataView, offset: number, length: number): SearchResult {
    if (offset + SHORTEST_FRAME > length) return this.want(SHORTEST_FRAME);
    const firstEnd = frameEnd(view, offset);
    if (firstEnd === NO_FRAME) return "not-here";
    if (firstEnd + SHORTEST_FRAME > length) return this.want(firstEnd + SHORTEST_FRAME - offset);
    const secondEnd = frameEnd(view, firstEnd);
    if (secondEnd === NO_FRAME) return "not-here";
    if (secondEnd > length) return this.want(secondEnd - offset);
    this.bytesChecked += secondEnd - offset;
    this.hasGivenUp = this.bytesChecked > MOST_BYTES_CHECKED;
    return this.fits(reader, view, offset, firstEnd) ? "found" : "not-here";
  }

  private fits(reader: Reader, view: DataView, offset: number, next: number): boolean {
    const { first, second } = this;
    try {
      readRecord(reader, offset + LENGTH_FIELD, offset + LENGTH_FIELD + readRecordLength(view, offset), first);
      readRecord(reader, next + LENGTH_FIELD, next + LENGTH_FIELD + readRecordLength(view, next), second);
    } catch {
      return false;
    }
    if (second.type === CHECKSUM_RECORD) return false;
    return crc32c(view, second.dataOffset, second.dataEnd, first.crc) === second.crc;
  }

  private want(length: number): SearchResult {
    this.wanted = length;
    return "more-needed";
  }
}

/** Where a frame ends that looks like one of etcd's, by its first 16 bytes. */
function frameEnd(view: DataView, offset: number): number {
  if (view.getUint8(offset + LENGTH_FIELD) !== TYPE_TAG) return NO_FRAME;
  if (!isKnownRecordType(view.getUint8(offset + LENGTH_FIELD + 1))) return NO_FRAME;
  const recordLength = readRecordLength(view, offset);
  if (recordLength <= 0 || recordLength > LONGEST_SEARCHED) return NO_FRAME;
  return offset + frameLength(recordLength);
}
