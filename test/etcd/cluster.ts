import type { EtcdBinaries } from "./find-etcd.ts";
import { freePorts } from "./free-ports.ts";
import { EtcdServer } from "./server.ts";

/** Starts a cluster of so many members and waits until all are healthy. */
export async function startCluster(binaries: EtcdBinaries, size: number): Promise<readonly EtcdServer[]> {
  const peers = (await freePorts(size)).map((peerPort, number) => ({ name: `member-${number}`, peerPort }));
  const cluster = peers.map(({ name, peerPort }) => `${name}=http://127.0.0.1:${peerPort}`).join(",");
  const start = (peer: (typeof peers)[number]) => EtcdServer.start(binaries, { member: { ...peer, cluster } });
  const servers = await Promise.all(peers.map(start));
  await Promise.all(servers.map((server) => server.healthy()));
  return servers;
}
