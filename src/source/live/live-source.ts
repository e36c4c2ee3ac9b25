import { AuditError } from "../../errors.ts";
import { EtcdClientError } from "../../etcd/client/client-error.ts";
import type { Cost } from "../../etcd/client/cost.ts";
import { EtcdClient } from "../../etcd/client/etcd-client.ts";
import { PAGES_IN_FLIGHT } from "../../etcd/client/range-pages.ts";
import type { WantedRanges } from "../../model/key-range.ts";
import type { LiveOptions } from "../../model/live-options.ts";
import type { RecordSink } from "../../model/record-sink.ts";
import type { SourceFacts } from "../../model/source-facts.ts";
import type { ContentHash } from "../content-hash.ts";
import { IncompleteReasons } from "../incomplete.ts";
import type { ReadOptions, Source } from "../source.ts";
import { differingMembers } from "./differing-members.ts";
import { historyPlan, RangeHistory } from "./live-history.ts";
import { checkMembers, type MembersSeen } from "./members-seen.ts";
import { findProbe, isPermissionDenied, rangeWords } from "./permission.ts";
import { type ReadRanges, readHead } from "./range-reader.ts";
import { readThroughSnapshot } from "./snapshot-detour.ts";

/** A running etcd, read through its client port and never written to. */
export class LiveSource implements Source {
  private readonly client: EtcdClient;
  private readonly options: LiveOptions;
  private readonly wanted: WantedRanges;
  private readonly openHash: (size: number | null) => ContentHash;

  private constructor(
    client: EtcdClient,
    options: LiveOptions,
    wanted: WantedRanges,
    openHash: (size: number | null) => ContentHash,
  ) {
    this.client = client;
    this.options = options;
    this.wanted = wanted;
    this.openHash = openHash;
  }

  /**
   * @throws AuditError NOT_CONNECTED when no endpoint can be used: nothing was scanned
   */
  static async open(
    options: LiveOptions,
    wanted: WantedRanges,
    openHash: (size: number | null) => ContentHash,
  ): Promise<LiveSource> {
    try {
      return new LiveSource(await EtcdClient.open(options.connection), options, wanted, openHash);
    } catch (error) {
      throw unusable(error);
    }
  }

  close(): void {
    this.client.close();
  }

  /**
   * @throws AuditError NOT_CONNECTED, USAGE for a revision that is not stored, INTERRUPTED before anything was read,
   * COMPACTED_MEANWHILE when the scan must begin anew with an empty sink
   */
  async read(sink: RecordSink, options: ReadOptions): Promise<SourceFacts> {
    const onAbort = () => this.client.close();
    if (options.signal.aborted) onAbort();
    options.signal.addEventListener("abort", onAbort, { once: true });
    const progress = setInterval(() => options.onProgress(this.client.spent.bytes, null), PROGRESS_INTERVAL);
    try {
      return await this.readAll(sink, options);
    } finally {
      clearInterval(progress);
      options.onDebug(costLine(this.client.spent));
      options.signal.removeEventListener("abort", onAbort);
    }
  }

  private async readAll(sink: RecordSink, options: ReadOptions): Promise<SourceFacts> {
    const { client, wanted } = this;
    const { serializable, revision: pinned } = this.options;
    const reasons = new IncompleteReasons();
    const live: LiveFacts = {
      seen: null,
      revision: null,
      compactRevision: null,
      readsHistory: false,
      looksOutsidePrefixes: false,
    };
    let reading: Promise<ReadRanges> | null = null;
    let history: Promise<RangeHistory> | null = null;
    try {
      const probe = await findProbe(client, wanted, serializable);
      if (probe.kind === "refused") {
        const place = rangeWords(probe.range);
        reasons.add("permission-denied", `${probe.error.message} (${place}); ${probe.error.nextStep}`);
        return factsOf(client, live, reasons);
      }
      const asked = checkMembers(client, serializable, probe.key, reasons);
      // Other questions go on meanwhile; who needs the answer hears of a failure.
      asked.then(
        (seen) => {
          live.seen = seen;
        },
        () => undefined,
      );
      const head = serializable ? (await asked).head : probe.revision;
      if (pinned !== null) await assertStored(client, probe.key, pinned, head);
      live.revision = pinned ?? head;
      const pin = { revision: live.revision, serializable };
      // Live values are on their way while the compact revision is looked for, where no snapshot can bring them.
      const mayTakeSnapshot = options.residue || options.history === "yes";
      if (!mayTakeSnapshot) reading = readHead(client, wanted, pin, sink, reasons);
      reading?.catch(() => undefined);
      live.compactRevision = await client.compactRevision(probe.key, live.revision);
      const plan = options.residue ? "snapshot" : historyPlan(options.history, live.revision, live.compactRevision);
      const differing = options.residue ? await differingMembers(client, live.revision) : [];
      if (plan === "snapshot") {
        const seen = await asked;
        const facts = await this.readSnapshot(sink, options, seen, reasons);
        if (facts !== null) return { ...facts, differingMembers: differing };
      }
      sink.learnCompactRevision(live.compactRevision);
      const span = { compactRevision: live.compactRevision, pin };
      history =
        plan !== "watch"
          ? null
          : asked.then(({ version }) => {
              const wantedValues = wanted.prefixes.flatMap(({ values }) => values);
              return new RangeHistory(client, wantedValues, span, version, sink);
            });
      history?.catch(() => undefined);
      reading ??= readHead(client, wanted, pin, sink, reasons);
      const { ranges, unknown, looksOutsidePrefixes } = await reading;
      live.looksOutsidePrefixes = looksOutsidePrefixes;
      if (unknown !== null) options.onNotice(unknown);
      await asked;
      live.readsHistory = history !== null;
      await (await history)?.finish(ranges, reasons);
    } catch (error) {
      if (!(error instanceof EtcdClientError)) throw error;
      await this.judgeFailure(error, live, options, reasons);
    } finally {
      // Else it would go on to hand over records that nobody expects.
      await reading?.catch(() => undefined);
      history?.then(
        (watching) => watching.stop(),
        () => undefined,
      );
    }
    return factsOf(client, live, reasons);
  }

  /** Null when the user may not have a snapshot: the live values can be read all the same. */
  private async readSnapshot(
    sink: RecordSink,
    options: ReadOptions,
    seen: MembersSeen,
    reasons: IncompleteReasons,
  ): Promise<SourceFacts | null> {
    try {
      const facts = await readThroughSnapshot(this.client, sink, options, this.openHash, seen, this.options.revision);
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

  private async judgeFailure(
    error: EtcdClientError,
    { revision }: LiveFacts,
    { signal, mayStartOver }: ReadOptions,
    reasons: IncompleteReasons,
  ): Promise<void> {
    if (signal.aborted) {
      if (revision === null)
        throw new AuditError("INTERRUPTED", "interrupted before anything was read", { cause: error });
      reasons.add("interrupted", "interrupted while etcd was read");
      return;
    }
    if (revision === null) throw unusable(error);
    if (error.code === "compacted") {
      // A revision that the user names does not come back.
      if (mayStartOver && this.options.revision === null) throw compactedMeanwhile(error);
      reasons.add("compacted-meanwhile", `${error.message} while it was read; ${error.nextStep}`);
      return;
    }
    const code = error.code === "permission-denied" ? "permission-denied" : "lost-connection";
    reasons.add(code, `${error.message}; ${error.nextStep}`);
  }
}

/**
 * @throws AuditError USAGE when the store has no such revision, no more or not yet
 */
async function assertStored(client: EtcdClient, key: Uint8Array, revision: number, head: number): Promise<void> {
  const oldest = await client.compactRevision(key, head);
  if (revision <= head && revision >= oldest) return;
  const what = revision > head ? "newer than the store" : "no longer in the store";
  throw new AuditError(
    "USAGE",
    `--revision ${revision} is ${what}, which goes from ${Math.max(1, oldest)} to ${head}`,
    {
      nextStep: "name a revision between them, or leave --revision out",
    },
  );
}

/** Milliseconds between two looks at how much has come. */
const PROGRESS_INTERVAL = 200;

function costLine({ requests, bytes, seconds, revisions }: Cost): string {
  const most = `at most ${PAGES_IN_FLIGHT} pages in flight`;
  return `asked etcd ${requests} times (${most}), read ${bytes} bytes and ${revisions} revisions in ${seconds.toFixed(1)} s`;
}

interface LiveFacts {
  seen: MembersSeen | null;
  revision: number | null;
  compactRevision: number | null;
  readsHistory: boolean;
  looksOutsidePrefixes: boolean;
}

function factsOf(client: EtcdClient, live: LiveFacts, reasons: IncompleteReasons): SourceFacts {
  const { seen } = live;
  return {
    kind: "live",
    endpoints: seen?.endpoints ?? [client.endpoint],
    path: null,
    sha256: null,
    contentSha256: null,
    clusterId: seen?.clusterId ?? null,
    etcdVersion: seen?.version ?? null,
    revision: live.revision,
    compactRevision: live.compactRevision,
    scheduledCompactRevision: null,
    dbSize: seen?.dbSize ?? null,
    dbSizeInUse: seen?.dbSizeInUse ?? null,
    readsHistory: live.readsHistory,
    readsFreePages: false,
    readsTail: false,
    readsWal: false,
    unattributedBytes: null,
    differingMembers: [],
    looksOutsidePrefixes: live.looksOutsidePrefixes,
    incompleteReasons: reasons.listed,
    furtherIncompleteReasons: reasons.further,
  };
}

function unusable(error: unknown): unknown {
  if (!(error instanceof EtcdClientError)) return error;
  return new AuditError("NOT_CONNECTED", error.message, { nextStep: error.nextStep, cause: error });
}

function compactedMeanwhile(error: EtcdClientError): AuditError {
  return new AuditError("COMPACTED_MEANWHILE", `${error.message}: a compaction has overtaken the scan`, {
    nextStep: "scan again, or with --no-history",
    cause: error,
  });
}
