/** What etcd's answer to a question for a range says, and which keys it holds. */
export interface RangePage {
  readonly rows: number;
  /** Null where no row came, as is the last; valid until the next answer is read. */
  readonly firstKey: Uint8Array | null;
  readonly lastKey: Uint8Array | null;
  /** Keys of the range that was asked for, with those that the limit cut off; 0 in a stream but in its last answer. */
  readonly count: number;
  /** Whether it has a header, which in a stream the last answer alone has. */
  readonly hasHeader: boolean;
  /** The newest revision of its keys; 0 where it has none. */
  readonly newestRevision: number;
}

/** Reads pages, and hands on what they hold. */
export interface PageReader {
  /**
   * Reads a RangeResponse, whose bytes are there during the call only.
   * @throws RangeError when the bytes are no such message
   */
  read(bytes: Uint8Array): RangePage;
  /** Hands on the rows of the page that was read last; the same revision may come twice. */
  handOver(): void;
}
