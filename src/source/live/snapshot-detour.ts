import type { RecordSink } from "../../engine/record-sink.ts";
import { EtcdClientError } from "../../etcd/client/client-error.ts";
import type { EtcdClient } from "../../etcd/client/etcd-client.ts";
import type { IncompleteReason, SourceFacts } from "../../model/source-facts.ts";
import type { OpenHash } from "../content-hash.ts";
import { IncompleteReasons } from "../incomplete.ts";
import { SnapshotFromBytes } from "../snapshot-from-bytes.ts";
import type { ReadOptions } from "../source.ts";
import type { MembersSeen } from "./members-seen.ts";
import { OtherMemberSink } from "./other-member-sink.ts";
import { PinnedSink } from "./pinned-sink.ts";

/** Whose snapshot is read, and what makes the hash for one of so many bytes. */
export interface SnapshotTools {
  readonly client: EtcdClient;
  readonly openHash: OpenHash;
}

/**
 * Reads head and history from the member's own snapshot, streamed and not spooled: for a long history far cheaper for
 * etcd than a watch. Needs the root role where authentication is on.
 * @param pinned the revision at which the user pins the scan; null: all that the snapshot holds
 * @throws EtcdClientError before the first record, when the member gives no snapshot
 */
export async function readThroughSnapshot(
  { client, openHash }: SnapshotTools,
  sink: RecordSink,
  options: ReadOptions,
  seen: MembersSeen,
  pinned: number | null,
): Promise<SourceFacts> {
  const { endpoint } = client;
  const snapshot = await client.snapshot(seen.endpoints.indexOf(endpoint));
  const source = new SnapshotFromBytes(
    `the snapshot of ${endpoint}`,
    null,
    snapshot.chunks,
    snapshot.byteLength,
    openHash,
  );
  const facts = await source.read(pinned === null ? sink : new PinnedSink(sink, pinned), options);
  const others = options.residue ? await readFreedOfOthers({ client, openHash }, sink, options, seen) : NO_OTHERS;
  const wanted = pinned ?? seen.head;
  const reasons = new IncompleteReasons();
  const { revision, compactRevision } = facts;
  if (facts.incompleteReasons.length === 0 && revision !== null && revision < wanted) {
    const message = `the snapshot of ${endpoint} ends at revision ${revision}, and ${wanted} is wanted`;
    reasons.add("member-lags", `${message}; scan another member`);
  }
  if (pinned !== null && compactRevision !== null && compactRevision > pinned) {
    const message = `${endpoint} has been compacted at revision ${compactRevision}, beyond ${pinned}`;
    reasons.add("compacted-meanwhile", `${message}; scan at a newer revision`);
  }
  return {
    ...facts,
    kind: "live",
    path: null,
    endpoints: seen.endpoints,
    clusterId: seen.clusterId,
    etcdVersion: seen.version,
    revision: pinned ?? revision,
    // A member sends its pages up to the last one in use.
    readsTail: false,
    unattributedBytes: facts.unattributedBytes === null ? null : facts.unattributedBytes + others.unattributedBytes,
    incompleteReasons: [...facts.incompleteReasons, ...others.incompleteReasons, ...reasons.listed],
  };
}

interface OtherMembers {
  readonly unattributedBytes: number;
  readonly incompleteReasons: readonly IncompleteReason[];
}

const NO_OTHERS: OtherMembers = { unattributedBytes: 0, incompleteReasons: [] };

/** Looks through the freed pages of every other endpoint: they differ from member to member. */
async function readFreedOfOthers(
  { client, openHash }: SnapshotTools,
  sink: RecordSink,
  options: ReadOptions,
  { endpoints }: MembersSeen,
): Promise<OtherMembers> {
  const reasons = new IncompleteReasons();
  let unattributedBytes = 0;
  for (const [index, endpoint] of endpoints.entries()) {
    if (endpoint === client.endpoint || options.signal.aborted) continue;
    try {
      const snapshot = await client.snapshot(index);
      const source = new SnapshotFromBytes(
        `the snapshot of ${endpoint}`,
        null,
        snapshot.chunks,
        snapshot.byteLength,
        openHash,
      );
      const facts = await source.read(new OtherMemberSink(sink, endpoint), options);
      unattributedBytes += facts.unattributedBytes ?? 0;
      for (const { code, message } of facts.incompleteReasons) reasons.add(code, message);
    } catch (error) {
      if (!(error instanceof EtcdClientError)) throw error;
      reasons.add("lost-connection", `${error.message}: its freed pages were not looked at; ${error.nextStep}`);
    }
  }
  return { unattributedBytes, incompleteReasons: reasons.listed };
}
