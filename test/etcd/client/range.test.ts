import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isOlder } from "../find-etcd.ts";
import { describeLive } from "../live.ts";
import { EtcdServer } from "../server.ts";
import { type Entry, EtcdWriter } from "../writer.ts";
import { below, opened, readFolder } from "./opened.ts";

const SMALL = 60_000;

function* smallEntries(): Generator<Entry> {
  const filling = randomBytes(1_000);
  for (let number = 0; number < SMALL; number++) {
    const key = `/small/ns-${String(number >> 7).padStart(4, "0")}/secret-${String(number & 127).padStart(3, "0")}`;
    yield { key, value: Buffer.concat([Buffer.from(`${key}=`), filling]) };
  }
}

const WAYS = [
  ["as a stream where there is one", { mayStream: true }],
  ["by pages", { mayStream: false }],
] as const;
const byPages = { mayStream: false } as const;

describeLive("readRange", (binaries) => {
  let server: EtcdServer;
  let writer: EtcdWriter;

  beforeAll(async () => {
    server = await EtcdServer.start(binaries, { flags: ["--quota-backend-bytes=4000000000"] });
    writer = new EtcdWriter(server.endpoint);
    await writer.putAll(smallEntries());
  }, 120_000);

  afterAll(async () => {
    writer.close();
    await server.close();
  });

  it.each(WAYS)("reads every key once, %s, with its value and revisions", async (_, way) => {
    const client = await opened(server.endpoint);
    const rows = await readFolder(client, "/small", way);
    const expected = [...smallEntries()];
    expect(rows.map(({ key }) => key)).toEqual(expected.map(({ key }) => key));
    expect(
      rows.every(
        ({ key, value }) => value.length === key.length + 1_001 && value.toString("utf8", 0, key.length) === key,
      ),
    ).toBe(true);
    expect(
      rows.every(({ main, createRevision, version }) => main > 1 && main === createRevision && version === 1),
    ).toBe(true);
    expect(client.spent.revisions).toBe(SMALL);
    expect(client.spent.bytes).toBeGreaterThan(SMALL * 1_000);
  });

  it.each(WAYS)("reads every key of the store, %s, where the range has no end", async (_, way) => {
    const client = await opened(server.endpoint);
    await writer.put("\uffff/last", "x");
    const every = { key: Uint8Array.of(0), rangeEnd: Uint8Array.of(0) };
    const rows = await readFolder(client, "/small", { ...way, ...every });
    expect(rows.filter(({ key }) => key.startsWith("/small/"))).toHaveLength(SMALL);
    expect(rows.at(-1)?.key).toBe("\uffff/last");
  });

  it("streams from 3.7 on, in one request, and asks for pages before", async () => {
    const client = await opened(server.endpoint);
    await readFolder(client, "/small");
    const { requests } = client.spent;
    if (isOlder(binaries.version, "3.7")) expect(requests).toBeGreaterThan(8);
    else expect(requests).toBeLessThanOrEqual(3);
  });

  it("reads the past at a pinned revision, whatever is written meanwhile", async () => {
    const client = await opened(server.endpoint);
    await writer.put("/past/a", "first");
    const revision = await writer.put("/past/b", "first");
    await writer.put("/past/a", "second");
    await writer.delete("/past/b");
    const rows = await readFolder(client, "/past", { revision, ...byPages });
    expect(rows.map(({ key, value }) => `${key}=${value}`)).toEqual(["/past/a=first", "/past/b=first"]);
    expect((await readFolder(client, "/past")).map(({ value }) => value.toString())).toEqual(["second"]);
  });

  it("reads values of a MiB among small ones, more than one answer may hold", async () => {
    const large = randomBytes(1_048_576);
    const entries = Array.from({ length: 120 }, (_, number) => ({
      key: `/large/${String(number).padStart(3, "0")}`,
      value: number % 3 === 0 ? "small" : large,
    }));
    await writer.putAll(entries);
    for (const [, way] of WAYS) {
      const rows = await readFolder(await opened(server.endpoint), "/large", way);
      expect(rows.map(({ value }) => value.length)).toEqual(entries.map(({ value }) => value.length));
      expect(rows[1]?.value.equals(large)).toBe(true);
    }
  });

  it("gives empty values, leases of 64 bits and bytes that are no text as they are", async () => {
    const client = await opened(server.endpoint);
    await server.etcdctl(["lease", "grant", "600"]);
    const lease = /lease ([0-9a-f]+) granted/.exec(await server.etcdctl(["lease", "grant", "600"]))?.[1] ?? "";
    await server.etcdctl(["put", `--lease=${lease}`, "/odd/leased", "x"]);
    await writer.put("/odd/empty", "");
    await writer.put(Buffer.from([...Buffer.from("/odd/"), 0, 0xff, 0x0a]), Buffer.from([0, 0xff, 0x80]));
    const rows = await readFolder(client, "/odd");
    expect(rows.map(({ value }) => value.toString("hex"))).toEqual(["00ff80", "", "78"]);
    expect(rows[2]?.lease).toBe(BigInt(`0x${lease}`));
  });

  it("reads an empty range as no rows", async () => {
    for (const [, way] of WAYS) {
      expect(await readFolder(await opened(server.endpoint), "/nothing", way)).toEqual([]);
    }
  });

  it("reads one member's state without a quorum when asked to", async () => {
    const client = await opened(server.endpoint);
    const head = await client.head(below("/past").key, true);
    expect(head.revision).toBeGreaterThan(1);
    expect(head.clusterId).toMatch(/^[0-9a-f]{1,16}$/);
    expect(await readFolder(client, "/past", { serializable: true })).toHaveLength(1);
  });

  it("refuses a compacted revision and one that is still to come by name", async () => {
    for (const [, way] of WAYS) {
      const client = await opened(server.endpoint);
      const { revision } = await client.head(below("/past").key);
      await writer.put("/past/c", "x");
      await writer.compact(revision);
      await expect(readFolder(client, "/past", { revision: revision - 1, ...way })).rejects.toMatchObject({
        code: "compacted",
      });
      await expect(readFolder(client, "/past", { revision: revision + 100, ...way })).rejects.toMatchObject({
        code: "future-revision",
      });
    }
  });

  it("tells a compaction that overtakes it in the middle", async () => {
    const client = await opened(server.endpoint, { maxBytesPerSecond: 30_000_000 });
    const { revision } = await client.head(below("/past").key);
    await writer.put("/past/d", "x");
    let compaction: Promise<void> | null = null;
    const onPage = (): void => {
      compaction ??= writer.compact(revision + 1);
    };
    const reading = readFolder(client, "/small", { revision, onPage, ...byPages });
    await expect(reading).rejects.toMatchObject({ code: "compacted" });
    await compaction;
  });

  it("stops with `closed` when the client is closed in the middle", async () => {
    for (const [, way] of WAYS) {
      const client = await opened(server.endpoint);
      const onPage = (): void => client.close();
      await expect(readFolder(client, "/small", { onPage, ...way })).rejects.toMatchObject({ code: "closed" });
    }
  });

  it("keeps few pages in memory, however large the range", async () => {
    const client = await opened(server.endpoint);
    const sizes: number[] = [];
    const onPage = (bytes: number): void => {
      sizes.push(bytes);
    };
    await readFolder(client, "/small", { onPage, ...byPages });
    expect(Math.max(...sizes)).toBeLessThan(16 * 2 ** 20);
  });

  it("passes on what the reader of the rows throws, and does not ask again", async () => {
    for (const [, way] of WAYS) {
      const client = await opened(server.endpoint);
      let calls = 0;
      const onPage = (): void => {
        calls += 1;
        throw new RangeError("the reader's own");
      };
      await expect(readFolder(client, "/small", { onPage, ...way })).rejects.toThrow("the reader's own");
      expect(calls).toBe(1);
    }
  });
});
