import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { EtcdClient } from "../../../src/etcd/client/etcd-client.ts";
import { CONNECTION_DEFAULTS } from "../../../src/model/connection-options.ts";
import { startCluster } from "../cluster.ts";
import { describeLive } from "../live.ts";
import type { EtcdServer } from "../server.ts";
import { EtcdWriter } from "../writer.ts";
import { below, readFolder, rowReader } from "./opened.ts";

const ROWS = 20_000;
const { key } = below("/k");

describeLive("a cluster of three", (binaries) => {
  let servers: readonly EtcdServer[];
  let revision: number;

  beforeAll(async () => {
    servers = await startCluster(binaries, 3);
    const writer = new EtcdWriter(servers[0]?.endpoint ?? "");
    const value = "v".repeat(1_000);
    await writer.putAll(Array.from({ length: ROWS }, (_, number) => ({ key: `/k/${number}`, value })));
    revision = await writer.put("/k/last", "x");
    writer.close();
  }, 60_000);

  afterAll(() => Promise.all(servers.map((server) => server.close())));

  async function openedAll(endpoints = servers.map(({ endpoint }) => endpoint)): Promise<EtcdClient> {
    const client = await EtcdClient.open({ ...CONNECTION_DEFAULTS, endpoints, commandTimeout: 3_000 });
    onTestFinished(() => client.close());
    return client;
  }

  it("tells each member's own state and the cluster's list", async () => {
    const client = await openedAll();
    const statuses = await client.statuses();
    const answers = statuses.flatMap((each) => (each.kind === "answered" ? [each.answer] : []));
    expect(answers).toHaveLength(3);
    expect(new Set(answers.map(({ memberId }) => memberId)).size).toBe(3);
    expect(new Set(answers.map(({ clusterId }) => clusterId)).size).toBe(1);
    expect(new Set(answers.map(({ leaderId }) => leaderId)).size).toBe(1);
    expect(answers.every(({ dbSize, dbSizeInUse }) => dbSize >= dbSizeInUse && dbSizeInUse > ROWS * 1_000)).toBe(true);
    const members = await client.members();
    expect(members.map(({ id }) => id).sort()).toEqual(answers.map(({ memberId }) => memberId).sort());
    expect(members.map(({ clientUrls }) => clientUrls[0]).sort()).toEqual(
      servers.map(({ endpoint }) => endpoint).sort(),
    );
  });

  it("gives equal hashes at one revision", async () => {
    const hashes = await (await openedAll()).hashes(revision);
    const answers = hashes.flatMap((each) => (each.kind === "answered" ? [each.answer] : []));
    expect(answers).toHaveLength(3);
    expect(new Set(answers.map(({ hash }) => hash)).size).toBe(1);
    expect(answers.every(({ compactRevision }) => compactRevision === 0)).toBe(true);
  });

  it("reads with one endpoint of three dead, whichever it is, and tells which", async () => {
    const alive = servers.map(({ endpoint }) => endpoint);
    const dead = "http://127.0.0.1:1";
    for (let position = 0; position < 3; position++) {
      const endpoints = alive.map((endpoint, index) => (index === position ? dead : endpoint));
      const client = await openedAll(endpoints);
      expect(await readFolder(client, "/k")).toHaveLength(ROWS + 1);
      const statuses = await client.statuses();
      expect(statuses.map(({ kind }) => kind === "failed")).toEqual(alive.map((_, index) => index === position));
      expect(statuses[position]).toMatchObject({ endpoint: dead, error: { code: "nothing-listening" } });
    }
  });

  it.each([
    ["as a stream where there is one", true],
    ["by pages", false],
  ])("reads on, %s, when the member that is read dies in the middle", async (_, mayStream) => {
    const client = await openedAll();
    const read = servers.find(({ endpoint }) => endpoint === client.endpoint);
    const keys: string[] = [];
    let killed: Promise<void> | null = null;
    const { rangeEnd } = below("/k");
    const pages = rowReader((rows) => {
      keys.push(...rows.map((row) => row.key));
      killed ??= read?.kill() ?? null;
    });
    await client.readRange({ key, rangeEnd, revision, serializable: false, mayStream, pages });
    await killed;
    expect(keys).toHaveLength(ROWS + 1);
    expect(client.endpoint).not.toBe(read?.endpoint);
    await read?.resume();
  });

  it("waits for a new leader when the leader stands still in the middle", async () => {
    const client = await openedAll();
    const statuses = await client.statuses();
    const leader = statuses.find((each) => each.kind === "answered" && each.answer.leaderId === each.answer.memberId);
    const stopped = servers.find(({ endpoint }) => endpoint === leader?.endpoint);
    await stopped?.standStill();
    try {
      const head = await client.head(key);
      expect(head.revision).toBeGreaterThanOrEqual(revision);
    } finally {
      stopped?.signal("SIGCONT");
    }
  });

  it("tells that there is no leader, and still reads one member without one", async () => {
    const client = await openedAll([servers[0]?.endpoint ?? ""]);
    await Promise.all(servers.slice(1).map((server) => server.kill()));
    try {
      const error = await client.head(key).catch((thrown: unknown) => thrown);
      expect(["no-leader", "deadline"]).toContain((error as { code: string }).code);
      expect((await client.head(key, true)).revision).toBeGreaterThanOrEqual(revision);
      expect(await readFolder(client, "/k", { serializable: true, revision })).toHaveLength(ROWS + 1);
    } finally {
      await Promise.all(servers.slice(1).map((server) => server.resume()));
    }
  }, 60_000);
});
