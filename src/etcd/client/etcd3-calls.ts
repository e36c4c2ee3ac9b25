import type { ClientOptions } from "@grpc/grpc-js";
import type { Etcd3, IOptions } from "etcd3";
import type { ConnectionOptions } from "../../model/connection-options.ts";
import { Secret } from "../../model/secret.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Member } from "./member.ts";

/** One member by the cluster's own list. */
export interface ClusterMember {
  readonly id: string;
  readonly name: string;
  readonly clientUrls: readonly string[];
  readonly isLearner: boolean;
}

/** An alarm that is on. */
export interface Alarm {
  readonly memberId: string;
  readonly kind: string;
}

type FaultPolicy = NonNullable<NonNullable<IOptions["faultHandling"]>["global"]>;

// etcd3's own policy repeats failed calls and then refuses all calls for some seconds; this client has its own.
const callOnce = {
  execute: async (work: (context: { signal: AbortSignal }) => unknown) =>
    work({ signal: new AbortController().signal }),
} as unknown as FaultPolicy;

/** Makes etcd3's client over a connection that stands already. The import costs a tenth of a second, hence so late. */
export async function openEtcd3(endpoint: Endpoint, options: ConnectionOptions, client: ClientOptions): Promise<Etcd3> {
  const { Etcd3 } = await import("etcd3");
  return new Etcd3({
    hosts: endpoint.target,
    grpcOptions: client,
    defaultCallOptions: () => ({ deadline: Date.now() + options.commandTimeout }),
    faultHandling: { host: () => callOnce, global: callOnce },
  });
}

/** Gets a token for name and password; null when the server has authentication switched off. */
export async function authenticate(member: Member, name: string, password: Secret): Promise<Secret | null> {
  const { auth } = await member.etcd3();
  try {
    const { token } = await auth.authenticate({ name, password: password.reveal() });
    return new Secret(token);
  } catch (error) {
    if (error instanceof Error && error.message.includes("authentication is not enabled")) return null;
    throw member.errorOf(error);
  }
}

/** The cluster's list of its members. */
export async function memberList(member: Member): Promise<readonly ClusterMember[]> {
  const { cluster } = await member.etcd3();
  const { members } = await cluster.memberList({}).catch((error: unknown) => {
    throw member.errorOf(error);
  });
  return members.map(({ ID, name, clientURLs, isLearner }) => ({
    id: hexOf(ID),
    name,
    clientUrls: clientURLs,
    isLearner,
  }));
}

/** The alarms that are on. */
export async function activeAlarms(member: Member): Promise<readonly Alarm[]> {
  const { maintenance } = await member.etcd3();
  const { alarms } = await maintenance.alarm({ action: "Get" }).catch((error: unknown) => {
    throw member.errorOf(error);
  });
  return alarms.map(({ memberID, alarm }) => ({ memberId: hexOf(memberID), kind: alarm }));
}

/** etcd prints its 64-bit IDs as hex without leading zeros; etcd3 gives them in decimal. */
function hexOf(decimal: string): string {
  return BigInt.asUintN(64, BigInt(decimal)).toString(16);
}
