import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startCluster } from "../etcd/cluster.ts";
import { describeLive } from "../etcd/live.ts";
import { EtcdServer } from "../etcd/server.ts";
import { EtcdWriter } from "../etcd/writer.ts";
import { bytesSent, type Scanned, SLOW, scan, startScan, whenSent } from "./live-program.ts";
import { expectOneLine, plaintextSecret } from "./messages.ts";

const SECRETS = 6000;
/** Bytes after which a scan slowed down is well under way, and far from its end. */
const WELL_UNDER_WAY = 2_000_000;

async function fill(server: EtcdServer): Promise<void> {
  const writer = new EtcdWriter(server.endpoint);
  await writer.putAll(
    Array.from({ length: SECRETS }, (_, index) => ({
      key: `/registry/secrets/team/name-${String(index).padStart(4, "0")}`,
      value: plaintextSecret(1200),
    })),
  );
  writer.close();
}

/** The scan saw something, says that it was not all, and concludes nothing. */
function expectIncomplete(run: Scanned, says: RegExp): void {
  expect([run.status, run.report?.verdict, run.report?.exitCode]).toEqual([3, "incomplete", 3]);
  // What was on its way when the trouble came may still arrive.
  expect(run.report?.summary.head.total).toBeGreaterThan(0);
  expect(run.stderr).toMatch(says);
  expectOneLine(run.stderr);
}

/** Starts a slow scan and resolves when it is well under way at a server. */
async function underWay(server: EtcdServer, flags: readonly string[]) {
  const before = await bytesSent(server);
  const scanning = await startScan([...flags, ...SLOW]);
  await whenSent(server, before, WELL_UNDER_WAY);
  return scanning;
}

describeLive("one server in mid-scan", (binaries) => {
  let server: EtcdServer;
  let writer: EtcdWriter;

  beforeAll(async () => {
    server = await EtcdServer.start(binaries);
    writer = new EtcdWriter(server.endpoint);
    await fill(server);
  });

  afterAll(async () => {
    writer.close();
    await server.close();
  });

  const headNow = () => writer.put("/registry/secrets/team/name-0000", plaintextSecret());

  it("is never written to", async () => {
    const state = async () => [
      JSON.parse(await server.etcdctl(["endpoint", "hashkv", "-w", "json"]))[0].HashKV.hash,
      JSON.parse(await server.etcdctl(["endpoint", "status", "-w", "json"]))[0].Status.header.revision,
      await server.etcdctl(["lease", "list"]),
    ];
    const before = await state();
    for (const flags of [[], ["--all-resources"], ["--no-history"], ["--serializable"], ["--debug"]]) {
      expect((await scan(["--endpoints", server.endpoint, ...flags])).status).toBe(1);
    }
    expect(await state()).toEqual(before);
  });

  it("says with --debug what the scan cost", async () => {
    const { stderr } = await scan(["--endpoints", server.endpoint, "--debug"]);
    expect(stderr).toMatch(
      /asked etcd \d+ times \(at most \d+ pages in flight\), read \d+ bytes and \d+ revisions in [\d.]+ s/,
    );
    expectOneLine(stderr);
  });

  it("a --revision that is not there is exit 2, and no report", async () => {
    const at = ["--endpoints", server.endpoint, "--revision"];
    const head = await headNow();
    const future = await scan([...at, String(head + 100)]);
    expect([future.status, future.report]).toEqual([2, null]);
    expect(future.stderr).toMatch(/newer than the store, which goes from 1 to \d+; name a revision between them/);
    await writer.compact(head);
    const past = await scan([...at, String(head - 1)]);
    expect([past.status, past.report]).toEqual([2, null]);
    expect(past.stderr).toContain(`no longer in the store, which goes from ${head} to ${head}`);
    expect((await scan([...at, String(head)])).status).toBe(1);
  });

  it("a compaction that overtakes the scan starts it over, and it is whole", async () => {
    for (let round = 0; round < 5; round++) await headNow();
    const { ended } = await underWay(server, ["--endpoints", server.endpoint]);
    await writer.compact(await headNow());
    const run = await ended;
    expect([run.status, run.report?.verdict]).toEqual([1, "fail"]);
    expect(run.report?.summary.head.total).toBe(SECRETS);
    // A server that streams a range may end it from what it has read before the compaction.
    if (run.stderr !== "") expect(run.stderr).toMatch(/a compaction has overtaken the scan, which begins anew/);
  });

  it("a named revision that is compacted in mid-scan does not come back: exit 3", async () => {
    const revision = await headNow();
    const { ended } = await underWay(server, ["--endpoints", server.endpoint, "--revision", String(revision)]);
    await headNow();
    await writer.compact(await headNow());
    const run = await ended;
    if (run.status === 1) return expect(run.report?.summary.head.total).toBe(SECRETS);
    expectIncomplete(run, /has been compacted .*while it was read/);
  });

  it("compactions without end are exit 3, never a pass", async () => {
    const { running, ended } = await underWay(server, ["--endpoints", server.endpoint]);
    let isOver = false;
    void running.ended.then(() => {
      isOver = true;
    });
    while (!isOver) {
      await writer.compact(await headNow());
      await sleep(100);
    }
    const run = await ended;
    if (run.status === 1) return expect(run.report?.summary.head.total).toBe(SECRETS);
    expect([run.status, run.report?.verdict]).toEqual([3, "incomplete"]);
    expect(run.stderr).toMatch(/begins anew/);
    expect(run.stderr).toMatch(/incomplete: /);
  });

  it("Ctrl-C gives exit 130 and a report that is marked incomplete", async () => {
    const { running, ended } = await underWay(server, ["--endpoints", server.endpoint]);
    running.signal("SIGINT");
    const run = await ended;
    expect([run.status, run.report?.verdict, run.report?.exitCode]).toEqual([130, "incomplete", 130]);
    expect(run.report?.summary.head.total).toBeLessThan(SECRETS);
    expect(run.stderr).toMatch(/interrupted/);
    expectOneLine(run.stderr);
  });

  it("the end of the server is exit 3", async () => {
    const { ended } = await underWay(server, ["--endpoints", server.endpoint]);
    await server.kill();
    const run = await ended;
    await server.resume();
    expectIncomplete(run, /connection was lost|nothing listens/);
    expect((await scan(["--endpoints", server.endpoint])).report?.summary.head.total).toBe(SECRETS);
  });

  it("a server that stands still is exit 3 after the command timeout", async () => {
    const flags = ["--endpoints", server.endpoint, "--no-history", "--command-timeout", "1s"];
    const { ended } = await underWay(server, flags);
    await server.standStill();
    const run = await ended;
    server.signal("SIGCONT");
    expectIncomplete(run, /no answer in time|connection was lost/);
  });
});

describeLive("a cluster of three", (binaries) => {
  let servers: readonly EtcdServer[];

  beforeAll(async () => {
    servers = await startCluster(binaries, 3);
    await fill(servers[0] as EtcdServer);
  });

  afterAll(async () => {
    for (const server of servers) await server.close();
  });

  const endpoints = () => ["--endpoints", servers.map(({ endpoint }) => endpoint).join(",")];

  async function leader(): Promise<number> {
    for (const [index, server] of servers.entries()) {
      const [status] = JSON.parse(await server.etcdctl(["endpoint", "status", "-w", "json"]));
      if (status.Status.leader === status.Status.header.member_id) return index;
    }
    throw new Error("no leader");
  }

  it("of which one is dead is read whole", async () => {
    await servers[0]?.kill();
    const { status, report, stderr } = await scan(endpoints());
    expect([stderr, status, report?.summary.head.total]).toEqual(["", 1, SECRETS]);
    await servers[0]?.resume();
  });

  it("whose leader is lost in mid-scan is read whole, through another member and through the leader itself", async () => {
    const lost = await leader();
    const others = servers.filter((_, index) => index !== lost);
    const [first] = others as [EtcdServer];
    const { ended } = await underWay(first, ["--endpoints", first.endpoint, "--no-history"]);
    await servers[lost]?.kill();
    const { status, report, stderr } = await ended;
    expect([stderr, status, report?.summary.head.total]).toEqual(["", 1, SECRETS]);
    await servers[lost]?.resume();

    const next = await leader();
    const turned = [...servers.slice(next), ...servers.slice(0, next)].map(({ endpoint }) => endpoint).join(",");
    const scanning = await startScan(["--endpoints", turned, ...SLOW]);
    await sleep(1500);
    await servers[next]?.kill();
    const run = await scanning.ended;
    expect([run.stderr, run.status, run.report?.summary.head.total]).toEqual(["", 1, SECRETS]);
    await servers[next]?.resume();
  });

  it("without a quorum is read with --serializable only", async () => {
    const [kept, ...others] = servers as [EtcdServer, EtcdServer, EtcdServer];
    for (const server of others) await server.kill();
    const { status, report, stderr } = await scan(["--endpoints", kept.endpoint, "--command-timeout", "2s"]);
    expect([status, report]).toEqual([2, null]);
    expect(stderr).toMatch(/no leader|no answer in time/);
    const alone = await scan(["--endpoints", kept.endpoint, "--serializable"]);
    expect([alone.stderr, alone.status, alone.report?.summary.head.total]).toEqual(["", 1, SECRETS]);
  });
});
