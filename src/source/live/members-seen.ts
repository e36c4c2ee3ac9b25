import { setTimeout as sleep } from "node:timers/promises";
import type { EtcdClient } from "../../etcd/client/etcd-client.ts";
import type { IncompleteReasons } from "../incomplete.ts";

/** How long a member that is a little behind is waited for, in milliseconds, and how often it is asked. */
const CATCH_UP_TIME = 2_000;
const CATCH_UP_STEP = 100;

/** What of a client is asked here. */
export type AskedClient = Pick<EtcdClient, "endpoint" | "statuses" | "head">;

/** What the endpoints say of themselves. Sizes are bytes. */
export interface MembersSeen {
  readonly endpoints: readonly string[];
  readonly clusterId: string;
  /** The revision at which the scan is pinned where the user names none. */
  readonly head: number;
  readonly version: string;
  readonly dbSize: number | null;
  readonly dbSizeInUse: number | null;
}

/**
 * Asks every endpoint for its state, and checks that they belong to one cluster. A serializable scan asks no quorum for
 * the head: the newest revision that any endpoint has applied stands for it, and the member that is read must have it.
 */
export async function checkMembers(
  client: AskedClient,
  isSerializable: boolean,
  probe: Uint8Array,
  reasons: IncompleteReasons,
): Promise<MembersSeen> {
  const answers = await client.statuses();
  const answered = answers.flatMap((answer) => (answer.kind === "answered" ? [answer] : []));
  const header = await client.head(probe, isSerializable);
  const { clusterId } = header;
  for (const { endpoint, answer } of answered) {
    if (answer.clusterId === clusterId) continue;
    const message = `${endpoint} belongs to another cluster (${answer.clusterId}, not ${clusterId})`;
    reasons.add("other-cluster", `${message}; scan each cluster by itself`);
  }
  const newest = Math.max(header.revision, ...answered.map(({ answer }) => answer.revision));
  if (isSerializable) await waitForHead(client, newest, probe, reasons);
  const current = answered.find(({ endpoint }) => endpoint === client.endpoint) ?? answered[0];
  return {
    endpoints: answers.map(({ endpoint }) => endpoint),
    clusterId,
    head: isSerializable ? (await client.head(probe, true)).revision : header.revision,
    version: current?.answer.version ?? "",
    dbSize: current?.answer.dbSize ?? null,
    dbSizeInUse: current?.answer.dbSizeInUse ?? null,
  };
}

async function waitForHead(
  client: AskedClient,
  head: number,
  probe: Uint8Array,
  reasons: IncompleteReasons,
): Promise<void> {
  const end = Date.now() + CATCH_UP_TIME;
  let applied = 0;
  do {
    ({ revision: applied } = await client.head(probe, true));
    if (applied >= head) return;
    await sleep(CATCH_UP_STEP);
  } while (Date.now() < end);
  const message = `${client.endpoint} lags: it has applied revision ${applied}, and the cluster is at ${head}`;
  reasons.add("member-lags", `${message}; scan another member, or without --serializable`);
}
