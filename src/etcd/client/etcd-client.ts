import { logVerbosity, setLogVerbosity } from "@grpc/grpc-js";
import { type ConnectionOptions, hasTlsSettings } from "../../model/connection-options.ts";
import type { KeyRange } from "../../model/key-range.ts";
import type { PageReader } from "../../model/range-page.ts";
import { AuthSession } from "./auth-session.ts";
import { EtcdClientError } from "./client-error.ts";
import { findCompactRevision, isStored } from "./compact-revision.ts";
import { type Cost, CostMeter } from "./cost.ts";
import { decoded } from "./decoded.ts";
import { parseEndpoint } from "./endpoint.ts";
import { type Alarm, activeAlarms, type ClusterMember, memberList } from "./etcd3-calls.ts";
import { Member } from "./member.ts";
import { type EndpointAnswer, MemberPool } from "./member-pool.ts";
import { type MemberStatus, memberStatus } from "./member-status.ts";
import {
  decodeHashKV,
  encodeHashKVRequest,
  encodeRangeRequest,
  type KeyValueHash,
  type ResponseHeader,
} from "./messages.ts";
import { METHODS } from "./method-allow-list.ts";
import { keepFreedPages } from "./page-memory.ts";
import { readRangeByPages } from "./range-pages.ts";
import { assertWhole, decodeRangeHeader } from "./range-response.ts";
import type { RangeScan, RangeScanTools } from "./range-scan.ts";
import { readRangeAsStream } from "./range-stream.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { openSnapshot, type SnapshotStream } from "./snapshot-stream.ts";
import { readHistory, type WatchOutcome, type WatchScan } from "./watch-history.ts";

/** A running etcd, read only. Every method throws EtcdClientError and nothing else that comes from outside. */
export class EtcdClient {
  private readonly pool: MemberPool;
  private readonly cost: CostMeter;
  private readonly tools: RangeScanTools;
  /** False after the first refusal: an older server, or a proxy. */
  private mayStreamRanges = true;

  private constructor(pool: MemberPool, cost: CostMeter, options: ConnectionOptions) {
    const { maxBytesPerSecond } = options;
    this.pool = pool;
    this.cost = cost;
    this.tools = { pool, cost, limiter: new RateLimiter(maxBytesPerSecond), maxBytesPerSecond };
  }

  /** Connects, and logs in where a user is given. Of several endpoints one must answer. */
  static async open(options: ConnectionOptions): Promise<EtcdClient> {
    // GRPC_TRACE would print tokens and stored values.
    setLogVerbosity(logVerbosity.NONE);
    keepFreedPages();
    const cost = new CostMeter();
    const session = new AuthSession(options.user);
    const secure = hasTlsSettings(options);
    if (options.endpoints.length === 0) throw new EtcdClientError("bad-endpoint", "(none)");
    const endpoints = options.endpoints.map((text) => parseEndpoint(text, secure));
    const members = endpoints.map((endpoint) => new Member(endpoint, options, session, cost));
    try {
      const pool = await MemberPool.connect(members, session, options.dialTimeout);
      return new EtcdClient(pool, cost, options);
    } catch (error) {
      for (const member of members) member.close();
      throw error;
    }
  }

  /** The endpoint that is read now, as the user wrote it. */
  get endpoint(): string {
    return this.pool.current.endpoint.text;
  }

  /** What has been asked and received so far. */
  get spent(): Cost {
    return this.cost.read();
  }

  /**
   * The store's head now, by one small question.
   * @param key a key that may be read; it need not exist
   * @param serializable what the member that is read has applied, which may lag behind the head
   */
  async head(key: Uint8Array, serializable = false): Promise<ResponseHeader> {
    const request = encodeRangeRequest({ key, serializable });
    return this.pool.call(async (member) => {
      const { text } = member.endpoint;
      const bytes = await member.unary(METHODS.range, request).catch((error: unknown) => {
        // One key is never that large: what was read as a length is some other server's text.
        if (error instanceof EtcdClientError && error.code === "too-large") throw new EtcdClientError("not-etcd", text);
        throw error;
      });
      return decoded(text, () => decodeRangeHeader(bytes));
    });
  }

  /**
   * Reads all live keys of a range at one revision: as a stream where the server can, else page by page.
   * @returns the newest revision of these keys; 0 when there are none
   */
  async readRange(scan: RangeScan): Promise<number> {
    if (scan.mayStream && this.mayStreamRanges) {
      try {
        return await readRangeAsStream(scan, this.tools);
      } catch (error) {
        if (!(error instanceof EtcdClientError) || error.code !== "not-supported") throw error;
        this.mayStreamRanges = false;
      }
    }
    return readRangeByPages(scan, this.tools);
  }

  /** Reads the first few live keys of a range, with their values. */
  async sampleRange(
    range: KeyRange,
    revision: number,
    limit: number,
    pages: PageReader,
    serializable = false,
  ): Promise<void> {
    const request = encodeRangeRequest({ ...range, revision, limit, serializable });
    await this.pool.call(async (member) => {
      const bytes = await member.unary(METHODS.range, request);
      const { rows } = decoded(member.endpoint.text, () => {
        const page = pages.read(bytes);
        assertWhole(page);
        return page;
      });
      if (rows > 0) pages.handOver();
    });
  }

  /** Reads the events of a range between two revisions. */
  readHistory(scan: WatchScan): Promise<WatchOutcome> {
    return readHistory(scan, this.tools);
  }

  /**
   * The oldest revision that can still be read; 0 when the store was never compacted.
   * @param key a key that may be read, best one with no value
   */
  compactRevision(key: Uint8Array, head: number): Promise<number> {
    return findCompactRevision(this.pool, key, head);
  }

  /**
   * Whether a revision, which is no later than the head, is not compacted: one small question.
   * @param key a key that may be read, best one with no value
   */
  isStored(key: Uint8Array, revision: number): Promise<boolean> {
    return isStored(this.pool, key, revision);
  }

  /** The state of each endpoint, in the order given. */
  statuses(): Promise<readonly EndpointAnswer<MemberStatus>[]> {
    return this.pool.askEach(memberStatus);
  }

  /** The state of the member that is read. */
  status(): Promise<MemberStatus> {
    return this.pool.call(memberStatus);
  }

  /** The members that the cluster knows, also those no endpoint names. */
  members(): Promise<readonly ClusterMember[]> {
    return this.pool.call(memberList);
  }

  /** The alarms that are on. */
  alarms(): Promise<readonly Alarm[]> {
    return this.pool.call(activeAlarms);
  }

  /** Each endpoint's hash of the revisions up to one. The server reads all of them; needs the root role. */
  hashes(revision: number): Promise<readonly EndpointAnswer<KeyValueHash>[]> {
    const request = encodeHashKVRequest(revision);
    return this.pool.askEach(async (member) => {
      const bytes = await member.unary(METHODS.hashKV, request);
      return decoded(member.endpoint.text, () => decodeHashKV(bytes));
    });
  }

  /** Begins a snapshot of the endpoint at `index`; needs the root role where authentication is on. */
  snapshot(index: number): Promise<SnapshotStream> {
    const member = this.pool.members[index] ?? this.pool.current;
    return this.pool.callAt(member, () => openSnapshot(member, this.tools.limiter));
  }

  /** Ends every call and every connection; calls under way fail with `closed`. */
  close(): void {
    this.pool.close();
    this.tools.limiter.stop();
  }
}
