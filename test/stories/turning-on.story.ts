import { expect, it } from "vitest";
import { block, configurationText, KEY_A, local } from "../configuration/read.ts";
import { Cluster } from "../kubernetes-server/cluster.ts";
import { describeKubernetes } from "../kubernetes-server/describe-kubernetes.ts";
import { SECRETS, secrets } from "../kubernetes-server/objects.ts";

const KEY_1 = local("aescbc", ["key1", KEY_A]);
const ENCRYPTED = configurationText(block("secrets", KEY_1, "identity: {}"));

describeKubernetes("turning encryption on", (binaries) => {
  it("is done after rewriting, compaction and defragmentation, and not before", async () => {
    const cluster = await Cluster.start(binaries);
    await cluster.create(SECRETS, secrets(20));
    const plaintext = { exitCode: 1, head: { identity: 20 }, history: {}, findings: { "plaintext-value": 20 } };
    expect(await cluster.judge()).toEqual(plaintext);

    await cluster.restart(ENCRYPTED);
    expect(await cluster.judge(), "a new configuration moves nothing by itself").toEqual(plaintext);

    await cluster.create(SECRETS, secrets(1, "later"));
    expect(await cluster.judge()).toEqual({ ...plaintext, head: { identity: 20, "aescbc/key1": 1 } });
    const unencrypted = await cluster.keysUnder("identity");
    expect(await cluster.unreadableUnder(configurationText(block("secrets", KEY_1)))).toEqual(unencrypted);

    expect(await cluster.rewrite(SECRETS)).toEqual({ total: 21, moved: 20 });
    const rewritten = { exitCode: 1, head: { "aescbc/key1": 21 } };
    expect(await cluster.judge()).toEqual({
      ...rewritten,
      history: { identity: 20 },
      findings: { "plaintext-revision": 20 },
    });

    await cluster.compact();
    expect(await cluster.judge()).toEqual({ ...rewritten, exitCode: 0, history: {}, findings: {} });
    const { exitCode, findings } = await cluster.judgeSnapshot();
    expect([exitCode, Object.keys(findings)]).toEqual([1, ["plaintext-residue"]]);

    await cluster.defragment();
    expect(await cluster.judgeSnapshot()).toEqual({ ...rewritten, exitCode: 0, history: {}, findings: {} });
    expect(await cluster.unreadableUnder(configurationText(block("secrets", KEY_1)))).toEqual([]);
  });

  it("ends when the API server's own compaction has passed", async () => {
    const cluster = await Cluster.start(binaries, { flags: ["--etcd-compaction-interval=2s"] });
    await cluster.create(SECRETS, secrets(5));
    await cluster.restart(ENCRYPTED);
    await cluster.rewrite(SECRETS);
    const done = { exitCode: 0, head: { "aescbc/key1": 5 }, history: {}, findings: {} };
    await expect.poll(() => cluster.judge(), { timeout: 60_000, interval: 1000 }).toEqual(done);
  });
});
