import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeLive } from "../live.ts";
import { EtcdServer } from "../server.ts";
import { EtcdWriter } from "../writer.ts";
import { opened } from "./opened.ts";

const MIB = 2 ** 20;

describeLive("snapshot", (binaries) => {
  let server: EtcdServer;

  beforeAll(async () => {
    server = await EtcdServer.start(binaries);
    const writer = new EtcdWriter(server.endpoint);
    await writer.putAll(Array.from({ length: 40 }, (_, number) => ({ key: `/k/${number}`, value: randomBytes(MIB) })));
    writer.close();
  }, 60_000);

  afterAll(() => server.close());

  it("gives the database and its hash, as long as announced", async () => {
    const client = await opened(server.endpoint);
    const snapshot = await client.snapshot(0);
    const hash = createHash("sha256");
    let tail = Buffer.alloc(0);
    let received = 0;
    for await (const chunk of snapshot.chunks) {
      received += chunk.length;
      const held = Buffer.concat([tail, chunk]);
      hash.update(held.subarray(0, Math.max(0, held.length - 32)));
      tail = Buffer.from(held.subarray(-32));
    }
    expect(received).toBe(snapshot.byteLength);
    expect(received).toBeGreaterThan(40 * MIB);
    expect(received % 512).toBe(32);
    expect(hash.digest().equals(tail)).toBe(true);
  });

  it("does not run ahead of a reader who takes little", async () => {
    const client = await opened(server.endpoint);
    const { chunks } = await client.snapshot(0);
    let taken = 0;
    for await (const chunk of chunks) {
      taken += chunk.length;
      if (taken > MIB) break;
    }
    expect(client.spent.bytes).toBeLessThan(2 * MIB);
  });

  it("tells a server that was killed in the middle", async () => {
    const own = await EtcdServer.start(binaries);
    try {
      const writer = new EtcdWriter(own.endpoint);
      await writer.putAll(
        Array.from({ length: 60 }, (_, number) => ({ key: `/k/${number}`, value: randomBytes(MIB) })),
      );
      writer.close();
      const client = await opened(own.endpoint);
      const { byteLength, chunks } = await client.snapshot(0);
      let taken = 0;
      const reading = async (): Promise<void> => {
        for await (const chunk of chunks) {
          if (taken === 0) await own.kill();
          taken += chunk.length;
        }
      };
      await expect(reading()).rejects.toMatchObject({ code: "lost-connection" });
      expect(taken).toBeLessThan(byteLength);
    } finally {
      await own.close();
    }
  });
});
