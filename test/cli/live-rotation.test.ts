import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runProgram } from "../corpus/run-program.ts";
import { describeLive } from "../etcd/live.ts";
import { EtcdServer } from "../etcd/server.ts";
import { EtcdWriter } from "../etcd/writer.ts";
import { startProgram } from "./live-program.ts";
import { plaintextSecret } from "./messages.ts";

const SECRET = "/registry/secrets/default/a";
const under = (name: string) => Buffer.concat([Buffer.from(`k8s:enc:secretbox:v1:${name}:`), Buffer.alloc(80, 7)]);

describeLive("a rotation on a running etcd", (binaries) => {
  async function withServer(
    work: (server: EtcdServer, writer: EtcdWriter) => Promise<void>,
    ...flags: readonly string[]
  ): Promise<void> {
    const server = await EtcdServer.start(binaries, { flags });
    const writer = new EtcdWriter(server.endpoint);
    try {
      await work(server, writer);
    } finally {
      writer.close();
      await server.close();
    }
  }

  /** Waits for a line on standard error; whoever asks goes on asking meanwhile. */
  async function whileAsking(server: EtcdServer, wait: string, change: () => Promise<void>) {
    const words = ["verify-rotation", "--retire", "secretbox/gone", "--endpoints", server.endpoint, "--wait", wait];
    const running = startProgram(words);
    await running.said("asking again");
    await change();
    const { status, stdout, stderr } = await running.ended;
    expect(stderr).toContain("asking again");
    return { status, stdout: stdout.toString(), stderr };
  }

  it("is over when the key that was waited for is seen no more", async () => {
    await withServer(async (server, writer) => {
      await writer.put(SECRET, under("gone"));
      const { status, stdout } = await whileAsking(server, "60s", async () => {
        await writer.compact(await writer.put(SECRET, under("new")));
      });
      expect(stdout).toMatch(/^SAFE: /);
      expect(status).toBe(0);
    });
  }, 90_000);

  it("has the answer of before when etcd goes away while it is waited", async () => {
    await withServer(async (server, writer) => {
      await writer.put(SECRET, under("gone"));
      const { status, stdout, stderr } = await whileAsking(server, "14s", () => server.kill());
      expect(stdout).toMatch(/^NOT SAFE: /);
      expect(status).toBe(1);
      expect(stderr).toContain("the answer is that of before");
    });
  }, 90_000);

  it("can't be told from the folder of a member that ended before its database had the last write", async () => {
    await withServer(async (server, writer) => {
      const folder = await mkdtemp(join(tmpdir(), "member-ahead-"));
      try {
        await writer.put(SECRET, under("new"));
        await writer.put("/registry/secrets/default/late", under("gone"));
        await server.kill();
        await cp(server.dataDirectory, folder, { recursive: true });
        const { stdout, status } = await runProgram(["verify-rotation", "--retire", "secretbox/gone", folder]);
        expect(stdout.toString()).toMatch(/^UNKNOWN: .*WAL/s);
        expect(status).toBe(3);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }, "--backend-batch-interval=60s");
  });

  it("is told from the folder of a member that has ended in order", async () => {
    await withServer(async (server, writer) => {
      const folder = await mkdtemp(join(tmpdir(), "member-in-order-"));
      try {
        await writer.compact(await writer.put(SECRET, under("new")));
        await server.stop();
        await cp(server.dataDirectory, folder, { recursive: true });
        const { stdout } = await runProgram(["verify-rotation", "--retire", "secretbox/new", folder]);
        expect(stdout.toString()).toMatch(/^NOT SAFE: /);
        const withoutWal = ["verify-rotation", "--retire", "identity", "--no-residue", folder];
        expect((await runProgram(withoutWal)).status).toBe(3);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  });

  it("and a scan under a prefix that is none see where secrets usually lie", async () => {
    await withServer(async (server, writer) => {
      await writer.put(SECRET, plaintextSecret());
      const words = ["scan", "--endpoints", server.endpoint, "--prefix", "/"];
      expect((await runProgram([...words, "--fail-on", "warning"])).status).toBe(1);
      expect((await runProgram(words)).stdout.toString()).toContain("unlooked-prefix");
    });
  });
});
