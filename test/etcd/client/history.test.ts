import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EtcdClient } from "../../../src/etcd/client/etcd-client.ts";
import { tellsProgressTruly, type WatchScan } from "../../../src/etcd/client/watch-history.ts";
import type { RecordBatch } from "../../../src/model/record-batch.ts";
import { describeLive } from "../live.ts";
import { EtcdServer } from "../server.ts";
import { EtcdWriter } from "../writer.ts";
import { below, opened, type Row, rowsOf } from "./opened.ts";

describe("tellsProgressTruly", () => {
  it.each([
    ["3.4.23", false],
    ["3.4.25", true],
    ["3.5.7", false],
    ["3.5.8", true],
    ["3.6.0-rc.1", true],
    ["3.3.27", false],
    ["4.0.0", true],
  ])("of %s is %s", (version, expected) => {
    expect(tellsProgressTruly(version)).toBe(expected);
  });
});

describeLive("history", (binaries) => {
  let server: EtcdServer;
  let writer: EtcdWriter;

  beforeAll(async () => {
    server = await EtcdServer.start(binaries);
    writer = new EtcdWriter(server.endpoint);
  });

  afterAll(async () => {
    writer.close();
    await server.close();
  });

  async function readHistory(client: EtcdClient, folder: string, scan: Partial<WatchScan> & { fromRevision: number }) {
    const rows: Row[] = [];
    const onBatch = (batch: RecordBatch): void => {
      rows.push(...rowsOf(batch));
    };
    const range = below(folder);
    const toRevision = scan.toRevision ?? (await client.head(range.key)).revision;
    const outcome = await client.readHistory({
      ...range,
      onBatch,
      serverVersion: binaries.version,
      ...scan,
      toRevision,
    });
    expect(outcome.isCertain).toBe(tellsProgressTruly(binaries.version));
    return rows.map(({ key, value, main, tombstone }) => [main, key, tombstone ? "deleted" : value.toString()]);
  }

  it("gives every event of a range in order, deletions among them, and no event of another range", async () => {
    const first = await writer.put("/a/1", "one");
    await writer.put("/other/1", "elsewhere");
    await writer.put("/a/1", "two");
    await writer.delete("/a/1");
    await writer.putAll([
      { key: "/a/2", value: "x" },
      { key: "/a/3", value: "y" },
    ]);
    expect(await readHistory(await opened(server.endpoint), "/a", { fromRevision: first })).toEqual([
      [first, "/a/1", "one"],
      [first + 2, "/a/1", "two"],
      [first + 3, "/a/1", "deleted"],
      [first + 4, "/a/2", "x"],
      [first + 4, "/a/3", "y"],
    ]);
  });

  it("ends at the pinned head, also when more is written after it", async () => {
    const first = await writer.put("/b/1", "one");
    const last = await writer.put("/b/1", "two");
    await writer.put("/b/1", "three");
    const client = await opened(server.endpoint);
    const history = await readHistory(client, "/b", { fromRevision: first, toRevision: last });
    expect(history.map(([revision]) => revision)).toEqual([first, last]);
  });

  it("ends where a range has no events, and where there is nothing to ask for", async () => {
    const client = await opened(server.endpoint);
    expect(await readHistory(client, "/silent", { fromRevision: 1 })).toEqual([]);
    expect(await readHistory(client, "/b", { fromRevision: 10, toRevision: 9 })).toEqual([]);
  });

  it("gives more events than the server sends in one go, each once", async () => {
    const revisions: number[] = [];
    for (let number = 0; number < 2_500; number++) revisions.push(await writer.put("/many/1", `${number}`));
    const client = await opened(server.endpoint);
    const history = await readHistory(client, "/many", { fromRevision: revisions[0] ?? 0 });
    expect(history.map(([revision]) => revision)).toEqual(revisions);
  });

  it("gives events of a MiB that the server sends in fragments", async () => {
    const value = "v".repeat(1_000_000);
    const first = await writer.put("/heavy/1", value);
    for (let number = 0; number < 9; number++) await writer.put("/heavy/1", value);
    const history = await readHistory(await opened(server.endpoint), "/heavy", { fromRevision: first });
    expect(history).toHaveLength(10);
    expect(history.every(([, , text]) => text === value)).toBe(true);
  });

  it("goes on behind the last event when the connection is lost in the middle", async () => {
    const first = await writer.put("/torn/0", "x");
    for (let number = 1; number < 1_500; number++) await writer.put(`/torn/${number}`, "x");
    await writer.putAll(Array.from({ length: 100 }, (_, number) => ({ key: `/torn/txn-${number}`, value: "y" })));
    const client = await opened(server.endpoint, { dialTimeout: 20_000 });
    const seen: string[] = [];
    let restart: Promise<void> | null = null;
    const onBatch = (batch: RecordBatch): void => {
      seen.push(...rowsOf(batch).map(({ key }) => key));
      restart ??= server.kill().then(() => server.resume());
    };
    const { revision } = await client.head(below("/torn").key);
    const scan = { ...below("/torn"), fromRevision: first, toRevision: revision, serverVersion: binaries.version };
    await client.readHistory({ ...scan, onBatch });
    await restart;
    expect(seen).toHaveLength(1_600);
    expect(new Set(seen).size).toBe(1_600);
  });

  it("refuses to begin below the compact revision, and tells that revision", async () => {
    const revision = await writer.put("/b/1", "four");
    await writer.put("/b/1", "five");
    await writer.compact(revision);
    const client = await opened(server.endpoint);
    await expect(readHistory(client, "/b", { fromRevision: 2 })).rejects.toMatchObject({
      code: "compacted",
      compactRevision: revision,
    });
    expect(await readHistory(client, "/b", { fromRevision: revision })).toHaveLength(2);
  });
});

describeLive("compactRevision", (binaries) => {
  it("is 0 before the first compaction, and then exact, near the head and far from it", async () => {
    const server = await EtcdServer.start(binaries);
    const writer = new EtcdWriter(server.endpoint);
    try {
      const client = await opened(server.endpoint);
      const { key } = below("/absent");
      const learn = async () => client.compactRevision(key, (await client.head(key)).revision);
      expect(await learn()).toBe(0);
      for (let number = 0; number < 5_000; number++) await writer.put("/k", "v");
      expect(await learn()).toBe(0);
      for (const revision of [2, 3, 900, 4_000, 4_999, 5_001]) {
        await writer.compact(revision);
        await sleep(20);
        const before = client.spent.requests;
        expect(await learn()).toBe(revision);
        expect(client.spent.requests - before).toBeLessThan(25);
        expect(await client.isStored(key, revision)).toBe(true);
        expect(await client.isStored(key, revision - 1)).toBe(false);
      }
    } finally {
      writer.close();
      await server.close();
    }
  });
});
