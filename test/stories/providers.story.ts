import { expect, it, onTestFinished } from "vitest";
import { block, configurationText, KEY_A, KEY_B, local } from "../configuration/read.ts";
import { KmsPlugin } from "../kms-plugin/kms-plugin.ts";
import { Cluster } from "../kubernetes-server/cluster.ts";
import { describeKubernetes } from "../kubernetes-server/describe-kubernetes.ts";
import { SECRETS, secrets } from "../kubernetes-server/objects.ts";

describeKubernetes("every provider", (binaries) => {
  it("is told by what the API server stores with it, one after the other on one cluster", async () => {
    const [v1, v2] = [await KmsPlugin.start({ wrapping: "ncloud" }), await KmsPlugin.start()];
    onTestFinished(() => {
      v1.close();
      v2.close();
    });
    const providers = [
      local("aescbc", ["key1", KEY_A]),
      local("aesgcm", ["a:b", KEY_B]),
      local("secretbox", ["box", KEY_A]),
      `kms: {apiVersion: v1, name: old-plugin, endpoint: "${v1.endpoint}"}`,
      `kms: {apiVersion: v2, name: plugin, endpoint: "${v2.endpoint}"}`,
    ];
    const cluster = await Cluster.start(binaries, { flags: ["--feature-gates=KMSv1=true"] });
    await cluster.create(SECRETS, secrets(1, "plain"));
    for (const [number, provider] of providers.entries()) {
      const others = providers.filter((other) => other !== provider);
      await cluster.restart(configurationText(block("secrets", provider, ...others, "identity: {}")));
      await cluster.create(SECRETS, secrets(number + 2, `under-${number}`));
    }
    expect(await cluster.judge()).toEqual({
      exitCode: 1,
      head: {
        identity: 1,
        "aescbc/key1": 2,
        "aesgcm/a": 3,
        "secretbox/box": 4,
        "kms-v1/old-plugin #ncpkms:v1": 5,
        "kms-v2/plugin@remote-key/versions/1 #vault:v1": 6,
      },
      history: {},
      findings: { "plaintext-value": 1 },
    });
    const known = await cluster.judgeUnder(configurationText(block("secrets", ...providers, "identity: {}")));
    expect(known.head, "only the configuration tells where a name with a colon ends").toMatchObject({
      "aesgcm/a:b": 3,
    });
    expect(await cluster.rewrite(SECRETS)).toEqual({ total: 21, moved: 15 });
    await cluster.compact();
    expect(await cluster.judge()).toEqual({
      exitCode: 0,
      head: { "kms-v2/plugin@remote-key/versions/1 #vault:v1": 21 },
      history: {},
      findings: {},
    });
  });
});
