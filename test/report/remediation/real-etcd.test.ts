import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startCluster } from "../../etcd/cluster.ts";
import { describeLive } from "../../etcd/live.ts";
import type { EtcdServer } from "../../etcd/server.ts";
import { EtcdWriter } from "../../etcd/writer.ts";
import { collect } from "../collect.ts";
import { sampleResult, value, valueFinding } from "../sample-result.ts";
import { SHELLS } from "./fake-programs.ts";

describeLive("a script's steps on a cluster of three members", (binaries) => {
  let servers: readonly EtcdServer[];
  let folder: string;

  beforeAll(async () => {
    servers = await startCluster(binaries, 3);
    folder = await mkdtemp(join(tmpdir(), "remediation-"));
    const writer = new EtcdWriter((servers[0] as EtcdServer).endpoint);
    for (let index = 0; index < 20; index++) await writer.put("/registry/secrets/default/db", `value ${index}`);
    writer.close();
    const found = [valueFinding("plaintext-revision", value({ location: "history" }))];
    await writeFile(join(folder, "script.sh"), (await collect("remediation", sampleResult({ found }))).text);
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await rm(folder, { recursive: true, force: true });
  });

  function run(shell: string, endpoints: string): Promise<{ status: number | null; output: string }> {
    const PATH = [dirname(binaries.etcdctl), "/usr/bin", "/bin"].join(delimiter);
    const child = spawn(shell, [join(folder, "script.sh"), "--apply"], {
      env: { PATH, ETCDCTL_API: "3", ETCDCTL_ENDPOINTS: endpoints },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status) => resolve({ status, output }));
    });
  }

  it.each(SHELLS)(
    "compacts up to the newest revision and defragments each member, in %s, also again",
    async (shell) => {
      const endpoints = servers.map(({ endpoint }) => endpoint).join(",");
      const { status, output } = await run(shell, endpoints);
      expect(output).toMatch(/compacted up to revision 21/);
      for (const { endpoint } of servers) {
        expect(output).toMatch(new RegExp(`Finished defragmenting etcd member.*${endpoint}`));
      }
      const order = [...output.matchAll(/Finished defragmenting etcd member.*?(http[^\]\s.]*127[^\]\s]*:\d+)/g)].map(
        ([, endpoint]) => endpoint,
      );
      const statuses = await Promise.all(servers.map((server) => server.etcdctl(["endpoint", "status", "-w", "json"])));
      const leader = servers.findIndex((_, index) => {
        const text = String(statuses[index]);
        return /"leader":(\d+)/.exec(text)?.[1] === /"member_id":(\d+)/.exec(text)?.[1];
      });
      expect(order.at(-1)).toBe(servers[leader]?.endpoint);
      expect(status).toBe(0);
    },
  );

  it("an etcd that does not answer is exit 1 and one line", async () => {
    const { status, output } = await run("sh", "http://127.0.0.1:1");
    expect(status).toBe(1);
    expect(output).toContain("compact: etcdctl told no revision");
    expect(output).toContain("defragment: left out");
  });
});
