import type { RecordSink } from "../../engine/record-sink.ts";
import { Records } from "../../engine/records.ts";
import { AuditError } from "../../errors.ts";
import { EtcdClientError } from "../../etcd/client/client-error.ts";
import type { EtcdClient } from "../../etcd/client/etcd-client.ts";
import type { WantedRanges } from "../../model/key-range.ts";
import type { LiveOptions } from "../../model/live-options.ts";
import type { SourceFacts } from "../../model/source-facts.ts";
import type { OpenHash } from "../content-hash.ts";
import { IncompleteReasons } from "../incomplete.ts";
import type { ReadOptions } from "../source.ts";
import { differingMembers } from "./differing-members.ts";
import { assertStored, compactedMeanwhile, unusable } from "./failures.ts";
import { type HistoryListener, isLongHistory, RangeHistory, watchesHistory } from "./live-history.ts";
import { checkMembers, type MembersSeen } from "./members-seen.ts";
import { findProbe, isPermissionDenied, type Probe, rangeWords } from "./permission.ts";
import { type HeadPin, type ReadRanges, readHead } from "./range-reader.ts";
import { readThroughSnapshot } from "./snapshot-detour.ts";

/** What is read, and with what. */
export interface LiveReadingTools {
  readonly client: EtcdClient;
  readonly wanted: WantedRanges;
  readonly live: LiveOptions;
  /** Makes the hash for a snapshot of so many bytes. */
  readonly openHash: OpenHash;
}

/** One reading of a running etcd, with what is known of it so far: a failure on the way leaves all of that. */
export class LiveReading {
  private readonly tools: LiveReadingTools;
  private readonly sink: RecordSink;
  private readonly options: ReadOptions;
  private readonly listener: HistoryListener;
  private readonly reasons = new IncompleteReasons();
  private seen: MembersSeen | null = null;
  private revision: number | null = null;
  private compactRevision: number | null = null;
  private readsHistory = false;
  private looksOutsidePrefixes = false;
  private head: Promise<ReadRanges> | null = null;
  private history: Promise<RangeHistory> | null = null;

  constructor(tools: LiveReadingTools, sink: RecordSink, options: ReadOptions) {
    this.tools = tools;
    this.sink = sink;
    this.options = options;
    const records = new Records(options.engine);
    this.listener = {
      onBatch: (batch) => {
        records.take(batch);
        sink.add(records);
      },
      pages: { read: (bytes) => records.takeRange(bytes), handOver: () => sink.add(records) },
    };
  }

  /**
   * Resolves when nothing more is handed over.
   * @throws AuditError NOT_CONNECTED, USAGE, INTERRUPTED, COMPACTED_MEANWHILE, as `LiveSource.read` tells
   */
  async read(): Promise<SourceFacts> {
    try {
      return (await this.readAll()) ?? this.facts();
    } catch (error) {
      if (!(error instanceof EtcdClientError)) throw error;
      await this.judgeFailure(error);
    } finally {
      // Else they would go on to hand over records that nobody expects.
      await this.head?.catch(() => undefined);
      this.history?.then(
        (watching) => watching.stop(),
        () => undefined,
      );
    }
    return this.facts();
  }

  /** The facts of the snapshot that all was read from; null where etcd was asked for ranges. */
  private async readAll(): Promise<SourceFacts | null> {
    const { client, wanted, live } = this.tools;
    const probe = await findProbe(client, wanted, live.serializable);
    if (probe.kind === "refused") {
      const place = rangeWords(probe.range);
      this.reasons.add("permission-denied", `${probe.error.message} (${place}); ${probe.error.nextStep}`);
      return null;
    }
    const asked = this.askMembers(probe.key);
    const pin = await this.pinHead(probe, asked);
    const { residue, history } = this.options;
    const takesSnapshot = residue || (history === "yes" && (await isLongHistory(client, probe.key, pin.revision)));
    // What else is asked for is on its way while the compact revision is looked for.
    if (!takesSnapshot) this.head = this.beginHead(pin);
    const compacted = this.askCompactRevision(probe.key, pin.revision);
    if (takesSnapshot) {
      const differing = residue ? await differingMembers(client, pin.revision) : [];
      const facts = await this.readSnapshot(await asked);
      if (facts !== null) return { ...facts, differingMembers: differing };
    }
    const compactRevision = await compacted;
    this.sink.learnCompactRevision(compactRevision);
    // Asked for, it is read all the same where another member says by now that it is long.
    const isWatched = !takesSnapshot && (history === "yes" || watchesHistory(history, pin.revision, compactRevision));
    await this.readRanges(isWatched, pin, compactRevision, asked);
    return null;
  }

  private askCompactRevision(probe: Uint8Array, head: number): Promise<number> {
    const asked = this.tools.client.compactRevision(probe, head);
    asked.then(
      (revision) => {
        this.compactRevision = revision;
      },
      () => undefined,
    );
    return asked;
  }

  /** Other questions go on meanwhile; who needs the answer hears of a failure. */
  private askMembers(probe: Uint8Array): Promise<MembersSeen> {
    const { client, live } = this.tools;
    const asked = checkMembers(client, live.serializable, probe, this.reasons);
    asked.then(
      (seen) => {
        this.seen = seen;
      },
      () => undefined,
    );
    return asked;
  }

  private async pinHead(probe: Probe & { kind: "readable" }, asked: Promise<MembersSeen>): Promise<HeadPin> {
    const { client, live } = this.tools;
    const { serializable, revision: pinned } = live;
    const head = serializable ? (await asked).head : probe.revision;
    if (pinned !== null) await assertStored(client, probe.key, pinned, head);
    const revision = pinned ?? head;
    this.revision = revision;
    return { revision, serializable };
  }

  private beginHead(pin: HeadPin): Promise<ReadRanges> {
    const { client, wanted } = this.tools;
    const head = readHead(client, wanted, pin, this.listener.pages, this.reasons);
    head.catch(() => undefined);
    return head;
  }

  private beginHistory(pin: HeadPin, compactRevision: number, asked: Promise<MembersSeen>): Promise<RangeHistory> {
    const { client, wanted } = this.tools;
    const values = wanted.prefixes.flatMap((prefix) => prefix.values);
    const span = { compactRevision, pin };
    const history = asked.then(({ version }) => new RangeHistory(client, values, span, version, this.listener));
    history.catch(() => undefined);
    return history;
  }

  private async readRanges(
    isWatched: boolean,
    pin: HeadPin,
    compactRevision: number,
    asked: Promise<MembersSeen>,
  ): Promise<void> {
    if (isWatched) this.history = this.beginHistory(pin, compactRevision, asked);
    this.head ??= this.beginHead(pin);
    const { ranges, unknown, looksOutsidePrefixes } = await this.head;
    this.looksOutsidePrefixes = looksOutsidePrefixes;
    if (unknown !== null) this.options.onNotice(unknown);
    await asked;
    this.readsHistory = this.history !== null;
    await (await this.history)?.finish(ranges, this.reasons);
  }

  /** Null when the user may not have a snapshot: the live values can be read all the same. */
  private async readSnapshot(seen: MembersSeen): Promise<SourceFacts | null> {
    const { client, live, openHash } = this.tools;
    const { sink, options, reasons } = this;
    try {
      const facts = await readThroughSnapshot({ client, openHash }, sink, options, seen, live.revision);
      return { ...facts, incompleteReasons: [...reasons.listed, ...facts.incompleteReasons] };
    } catch (error) {
      if (!isPermissionDenied(error)) throw error;
      const what = options.residue
        ? "freed pages come from a snapshot; give a user with the root role, or leave --residue out"
        : "superseded revisions, more than are read as events, come from a snapshot; give a user with the root role, or --no-history";
      reasons.add("permission-denied", `${error.message}: ${what}`);
      return null;
    }
  }

  private async judgeFailure(error: EtcdClientError): Promise<void> {
    const { revision, reasons } = this;
    const { signal, mayStartOver } = this.options;
    if (signal.aborted) {
      if (revision === null)
        throw new AuditError("INTERRUPTED", "interrupted before anything was read", { cause: error });
      reasons.add("interrupted", "interrupted while etcd was read");
      return;
    }
    if (revision === null) throw unusable(error);
    if (error.code === "compacted") {
      // A revision that the user names does not come back.
      if (mayStartOver && this.tools.live.revision === null) throw compactedMeanwhile(error);
      reasons.add("compacted-meanwhile", `${error.message} while it was read; ${error.nextStep}`);
      return;
    }
    const code = error.code === "permission-denied" ? "permission-denied" : "lost-connection";
    reasons.add(code, `${error.message}; ${error.nextStep}`);
  }

  private facts(): SourceFacts {
    const { seen, reasons } = this;
    return {
      kind: "live",
      endpoints: seen?.endpoints ?? [this.tools.client.endpoint],
      path: null,
      sha256: null,
      contentSha256: null,
      clusterId: seen?.clusterId ?? null,
      etcdVersion: seen?.version ?? null,
      revision: this.revision,
      compactRevision: this.compactRevision,
      scheduledCompactRevision: null,
      dbSize: seen?.dbSize ?? null,
      dbSizeInUse: seen?.dbSizeInUse ?? null,
      readsHistory: this.readsHistory,
      readsFreePages: false,
      readsTail: false,
      readsWal: false,
      unattributedBytes: null,
      differingMembers: [],
      looksOutsidePrefixes: this.looksOutsidePrefixes,
      incompleteReasons: reasons.listed,
      furtherIncompleteReasons: reasons.further,
    };
  }
}
