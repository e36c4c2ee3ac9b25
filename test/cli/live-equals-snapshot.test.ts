import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EtcdClient } from "../../src/etcd/client/etcd-client.ts";
import { CONNECTION_DEFAULTS } from "../../src/model/connection-options.ts";
import type { InventoryLine } from "../corpus/program-output.ts";
import { runProgram } from "../corpus/run-program.ts";
import { describeLive } from "../etcd/live.ts";
import { EtcdServer } from "../etcd/server.ts";
import { EtcdWriter } from "../etcd/writer.ts";
import { type Scanned, scan } from "./live-program.ts";
import { plaintextSecret } from "./messages.ts";

describeLive("a live scan and a scan of the snapshot that our client takes", (binaries) => {
  let server: EtcdServer;
  let writer: EtcdWriter;
  let folder: string;

  beforeAll(async () => {
    server = await EtcdServer.start(binaries);
    writer = new EtcdWriter(server.endpoint);
    folder = await mkdtemp(join(tmpdir(), "live-equals-"));
    await fill();
  });

  afterAll(async () => {
    writer.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function fill(): Promise<void> {
    const encrypted = Buffer.concat([Buffer.from("k8s:enc:aescbc:v1:key1:"), Buffer.alloc(64, 7)]);
    await writer.putAll(
      Array.from({ length: 700 }, (_, index) => ({
        key: `/registry/secrets/team-${index % 3}/name-${index}`,
        value: index % 2 === 0 ? encrypted : plaintextSecret(300 + index),
      })),
    );
    for (const round of [1, 2, 3]) {
      for (let index = 0; index < 10; index++) {
        await writer.put(`/registry/secrets/team-0/changed-${index}`, plaintextSecret(100 * round + index));
      }
    }
    await writer.delete("/registry/secrets/team-0/changed-3");
    await writer.delete("/registry/secrets/team-0/changed-4");
    await writer.put("/registry/secrets/team-0/changed-4", encrypted);
    const lease = /lease ([0-9a-f]+)/.exec(await server.etcdctl(["lease", "grant", "3600"]))?.[1] ?? "";
    await server.etcdctl(["put", "/registry/secrets/team-1/leased", "k8s\u0001", `--lease=${lease}`]);
    await writer.put(Buffer.from([...Buffer.from("/registry/secrets/team-1/"), 0xff, 0xfe, 0x0a]), encrypted);
    await writer.put("/registry/secrets/team-1/large", plaintextSecret(1_000_000));
    await writer.put("/registry/secrets/team-1/empty", "");
    await writer.put("/registry/configmaps/team-1/settings", plaintextSecret());
    await writer.put("/kubernetes.io/secrets/openshift/one", plaintextSecret());
    await writer.put(
      "/registry/stable.example.com/crontabs/team-1/one",
      '{"apiVersion":"stable.example.com/v1","kind":"CronTab"}',
    );
    await writer.put("compact_rev_key", "12");
  }

  async function both(flags: readonly string[]): Promise<{ live: Scanned; file: Scanned }> {
    const path = join(folder, "snapshot.db");
    const client = await EtcdClient.open({ ...CONNECTION_DEFAULTS, endpoints: [server.endpoint] });
    const { chunks } = await client.snapshot(0);
    await pipeline(Readable.from(chunks, { objectMode: false }), createWriteStream(path));
    client.close();
    return { live: await scan(["--endpoints", server.endpoint, ...flags]), file: await scan([path, ...flags]) };
  }

  function aboveCompaction(lines: readonly InventoryLine[] | null, compactRevision: number): readonly InventoryLine[] {
    return (lines ?? []).filter(({ location, modRevision }) => location === "head" || modRevision > compactRevision);
  }

  async function expectEqual(flags: readonly string[]): Promise<Scanned> {
    const { live, file } = await both(flags);
    expect(live.stderr).toBe("");
    expect(live.status).toBe(file.status);
    const compactRevision = file.report?.sources[0]?.compactRevision ?? -1;
    expect(live.report?.sources[0]).toMatchObject({ revision: file.report?.sources[0]?.revision });
    expect(live.inventory?.length).toBeGreaterThan(200);
    expect(aboveCompaction(live.inventory, compactRevision)).toEqual(aboveCompaction(file.inventory, compactRevision));
    expect(live.report?.summary.head).toEqual(file.report?.summary.head);
    return live;
  }

  const flagsOfRuns: readonly (readonly string[])[] = [
    [],
    ["--no-history"],
    ["--all-resources"],
    ["--resource", "configmaps", "--resource", "crontabs.stable.example.com"],
    ["--namespace", "team-1"],
  ];

  it.each(flagsOfRuns.map((flags) => [flags.join(" ") || "no flag", flags] as const))(
    "hold the same before a compaction with %s",
    async (_, flags) => {
      const live = await expectEqual(flags);
      expect(live.report?.sources[0]?.compactRevision).toBe(0);
    },
  );

  it("hold the same after a compaction, and after more was written", async () => {
    const head = await writer.put("/registry/secrets/team-2/name-2", plaintextSecret(99));
    await writer.compact(head - 12);
    const live = await expectEqual([]);
    expect(live.report?.sources[0]?.compactRevision).toBe(head - 12);
    expect(live.inventory?.filter(({ location }) => location === "history").length).toBeGreaterThan(0);
    await writer.put("/registry/secrets/team-2/name-2", plaintextSecret(98));
    await writer.delete("/registry/secrets/team-2/name-5");
    await expectEqual([]);
    await expectEqual(["--all-resources"]);
  });

  it("hold the same after a compaction at the head", async () => {
    const head = await writer.put("/registry/secrets/team-2/name-8", plaintextSecret(97));
    await writer.compact(head);
    const live = await expectEqual([]);
    expect(live.inventory?.filter(({ location }) => location === "history")).toEqual([]);
  });

  it("is the same scan with --serializable, with one connection slowed down, and with the member's own snapshot", async () => {
    for (let round = 0; round < 5; round++)
      await writer.put("/registry/secrets/team-2/last", plaintextSecret(50 + round));
    const plain = await expectEqual([]);
    const others = [["--serializable"], ["--max-bytes-per-second", "3000000"], ["--history"]];
    for (const flags of others) {
      const other = await scan(["--endpoints", server.endpoint, ...flags]);
      expect([flags, other.stderr, other.status]).toEqual([flags, "", plain.status]);
      expect(other.inventory).toEqual(plain.inventory);
    }
  });

  it("hold the same history, whether it is so long that it comes from the member's own snapshot or just not", async () => {
    let left = 20_010;
    const write = async (): Promise<void> => {
      while (left-- > 0) await writer.put(`/registry/secrets/team-0/busy-${left % 50}`, "k8s\0");
    };
    await Promise.all(Array.from({ length: 32 }, write));
    const head = await writer.put("/registry/secrets/team-0/busy-0", plaintextSecret());
    for (const revisions of [20_001, 20_000]) {
      await writer.compact(head - revisions);
      const live = await expectEqual(["--history"]);
      expect(live.report?.sources[0]?.compactRevision).toBe(head - revisions);
      expect(live.inventory?.filter(({ location }) => location === "history").length).toBeGreaterThan(19_900);
    }
    const unasked = await scan(["--endpoints", server.endpoint]);
    expect(unasked.inventory?.filter(({ location }) => location === "history").length).toBeGreaterThan(19_900);
    await writer.put("/registry/secrets/team-0/busy-1", plaintextSecret());
    const longer = await scan(["--endpoints", server.endpoint]);
    expect(longer.inventory?.filter(({ location }) => location === "history")).toEqual([]);
  });

  it("at an older --revision is what was there then", async () => {
    const then = await scan(["--endpoints", server.endpoint]);
    const revision = then.report?.sources[0]?.revision ?? 0;
    await writer.put("/registry/secrets/team-2/later", plaintextSecret());
    await writer.delete("/registry/secrets/team-2/name-11");
    const pinned = await scan(["--endpoints", server.endpoint, "--revision", String(revision)]);
    expect(pinned.inventory).toEqual(then.inventory);
    expect(pinned.report?.sources[0]?.revision).toBe(revision);
    expect((await scan(["--endpoints", server.endpoint])).inventory).not.toEqual(then.inventory);
  });

  it("give verify-rotation the same ledger, keys outside every prefix included", async () => {
    const ledgerOf = async (...source: readonly string[]) => {
      const args = ["verify-rotation", "--retire", "aescbc/key1", "--no-residue", ...source, "-o", "json"];
      const { stdout, stderr, status } = await runProgram(args);
      expect([status, stderr]).toEqual([1, ""]);
      const { rotation, verdict } = JSON.parse(stdout.toString()) as {
        rotation: { ledger: readonly { key: string; head: number; history: number }[] };
        verdict: string;
      };
      return { verdict, ledger: rotation.ledger.map(({ key, head, history }) => ({ key, head, history })) };
    };
    await writer.put(
      "/elsewhere/secrets/team-1/one",
      Buffer.from("k8s:enc:aescbc:v1:key1:0123456789abcdef0123456789abcdef"),
    );
    const path = join(folder, "rotation.db");
    await server.etcdctl(["snapshot", "save", path]);
    const live = await ledgerOf("--endpoints", server.endpoint);
    expect(live).toEqual(await ledgerOf(path));
    expect(live.ledger.find(({ key }) => key === "aescbc/key1")?.head).toBeGreaterThan(300);
  });
});
