import { expect, it, onTestFinished } from "vitest";
import { block, configurationText, KEY_A, local } from "../configuration/read.ts";
import { KmsPlugin, type KmsPluginOptions } from "../kms-plugin/kms-plugin.ts";
import { uuidOf } from "../kms-plugin/remote-key.ts";
import { dekOutcomes, keyIdsInForce } from "../kubernetes-server/ask-kms-plugins.ts";
import { Cluster } from "../kubernetes-server/cluster.ts";
import { describeKubernetes } from "../kubernetes-server/describe-kubernetes.ts";
import { SECRETS, secrets } from "../kubernetes-server/objects.ts";

const KMS_V1 = { flags: ["--feature-gates=KMSv1=true"] };

async function plugin(options: KmsPluginOptions = {}): Promise<KmsPlugin> {
  const started = await KmsPlugin.start(options);
  onTestFinished(() => started.close());
  return started;
}

function kms(version: "v1" | "v2", { endpoint }: KmsPlugin): string {
  return `kms: {apiVersion: ${version}, name: ${version}-plugin, endpoint: "${endpoint}"}`;
}

describeKubernetes("rotating a remote key", (binaries) => {
  it("is not noticed by KMS v1: an unchanged replace moves nothing, a changed annotation everything", async () => {
    const ncloud = await plugin({ wrapping: "ncloud" });
    const configuration = configurationText(block("secrets", kms("v1", ncloud), "identity: {}"));
    const cluster = await Cluster.start(binaries, { ...KMS_V1, configuration });
    await cluster.create(SECRETS, secrets(5));
    ncloud.keyVersion = 2;
    expect(await cluster.rewrite(SECRETS)).toEqual({ total: 5, moved: 0 });
    await cluster.restart(configuration);
    expect(await cluster.rewrite(SECRETS)).toEqual({ total: 5, moved: 0 });
    expect((await cluster.judge()).head).toEqual({ "kms-v1/v1-plugin #ncpkms:v1": 5 });

    expect(await cluster.rewrite(SECRETS, { annotation: "now" })).toEqual({ total: 5, moved: 5 });
    const moved = { "kms-v1/v1-plugin #ncpkms:v2": 5 };
    expect(await cluster.judge()).toMatchObject({ head: moved, history: { "kms-v1/v1-plugin #ncpkms:v1": 5 } });
    ncloud.destroyed.add(1);
    expect(await dekOutcomes(cluster)).toEqual({ unwrapped: 5, refused: 0, notAsked: 0, verified: 5 });
    expect(await cluster.unreadableUnder(configuration)).toEqual([]);
  });

  it("shows in the key ID of KMS v2, and then an unchanged replace moves everything", async () => {
    const vault = await plugin();
    const configuration = configurationText(block("secrets", kms("v2", vault), "identity: {}"));
    const cluster = await Cluster.start(binaries, { configuration });
    await cluster.create(SECRETS, secrets(5));
    vault.keyVersion = 2;
    // The API server asks for the key ID each minute, and when it starts.
    await cluster.restart(configuration);
    expect(await cluster.rewrite(SECRETS)).toEqual({ total: 5, moved: 5 });
    expect(await cluster.judge()).toMatchObject({
      head: { "kms-v2/v2-plugin@remote-key/versions/2 #vault:v2": 5 },
      history: { "kms-v2/v2-plugin@remote-key/versions/1 #vault:v1": 5 },
    });
    expect(await keyIdsInForce(cluster)).toEqual({ "v2-plugin": "remote-key/versions/2" });
    expect(await dekOutcomes(cluster)).toEqual({ unwrapped: 1, refused: 0, notAsked: 0, verified: 5 });
  });

  it("is hidden by a constant key ID of KMS v2: only a restart and a changed object move a value", async () => {
    const alibaba = await plugin({ wrapping: "alibaba", keyId: "constant" });
    const configuration = configurationText(block("secrets", kms("v2", alibaba), "identity: {}"));
    const cluster = await Cluster.start(binaries, { configuration });
    await cluster.create(SECRETS, secrets(5));
    alibaba.keyVersion = 2;
    const [old, current] = [1, 2].map((version) => `kms-v2/v2-plugin@remote-key #${uuidOf(version)}`) as [
      string,
      string,
    ];
    expect(await cluster.rewrite(SECRETS)).toEqual({ total: 5, moved: 0 });
    expect(await cluster.rewrite(SECRETS, { annotation: "one" })).toEqual({ total: 5, moved: 5 });
    expect((await cluster.judge()).head, "stored again with the same data key").toEqual({ [old]: 5 });
    await cluster.restart(configuration);
    expect(await cluster.rewrite(SECRETS)).toEqual({ total: 5, moved: 0 });
    expect(await cluster.rewrite(SECRETS, { annotation: "two" })).toEqual({ total: 5, moved: 5 });
    expect((await cluster.judge()).head).toEqual({ [current]: 5 });
  });

  it("destroyed too early leaves exactly the values under it unreadable", async () => {
    const vault = await plugin();
    const configuration = configurationText(block("secrets", kms("v2", vault), "identity: {}"));
    const cluster = await Cluster.start(binaries, { configuration });
    await cluster.create(SECRETS, secrets(2, "old"));
    vault.keyVersion = 2;
    await cluster.restart(configuration);
    await cluster.create(SECRETS, secrets(3, "new"));
    const lost = await cluster.keysUnder("kms-v2/v2-plugin@remote-key/versions/1 #vault:v1");
    vault.destroyed.add(1);
    expect(await dekOutcomes(cluster)).toEqual({ unwrapped: 1, refused: 1, notAsked: 0, verified: 3 });
    expect(await cluster.unreadableObjects(configuration)).toEqual(lost);
  });

  it("goes from a local key to KMS v1 and on to v2", async () => {
    const [first, second] = [await plugin({ wrapping: "ncloud" }), await plugin({ wrapping: "header" })];
    const key = local("aescbc", ["key1", KEY_A]);
    const [v1, v2] = [kms("v1", first), kms("v2", second)];
    const cluster = await Cluster.start(binaries, {
      ...KMS_V1,
      configuration: configurationText(block("secrets", key)),
    });
    await cluster.create(SECRETS, secrets(4));
    await cluster.restart(configurationText(block("secrets", v1, key)));
    expect(await cluster.rewrite(SECRETS)).toEqual({ total: 4, moved: 4 });
    expect((await cluster.judge()).head).toEqual({ "kms-v1/v1-plugin #ncpkms:v1": 4 });
    await cluster.restart(configurationText(block("secrets", v2, v1)));
    expect(await cluster.rewrite(SECRETS)).toEqual({ total: 4, moved: 4 });
    await cluster.compact();
    expect(await cluster.unreadableUnder(configurationText(block("secrets", v2)))).toEqual([]);
    expect(await cluster.judge()).toMatchObject({ exitCode: 0, head: { "kms-v2/v2-plugin@remote-key/versions/1": 4 } });
  });
});
