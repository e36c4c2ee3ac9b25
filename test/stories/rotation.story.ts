import { expect, it } from "vitest";
import { block, configurationText, KEY_A, KEY_B, local } from "../configuration/read.ts";
import { Cluster } from "../kubernetes-server/cluster.ts";
import { describeKubernetes } from "../kubernetes-server/describe-kubernetes.ts";
import { CONFIG_MAPS, configMaps, SECRETS, secrets } from "../kubernetes-server/objects.ts";

const OLD = ["key-1", KEY_A] as const;
const NEW = ["key-10", KEY_B] as const;

function withKeys(...keys: readonly (readonly [name: string, secret: string])[]): string {
  return configurationText(block("secrets, configmaps", local("secretbox", ...keys), "identity: {}"));
}

const SCOPE = ["--namespace", "default", "--resource", "secrets", "--resource", "configmaps"];

describeKubernetes("rotating a local key", (binaries) => {
  it("leaves what was not rewritten under the old key, and that alone fails when it is removed", async () => {
    const cluster = await Cluster.start(binaries, { configuration: withKeys(OLD) });
    await cluster.create(SECRETS, secrets(6));
    await cluster.create(CONFIG_MAPS, configMaps(2));
    await cluster.restart(withKeys(OLD, NEW));
    expect((await cluster.rewrite(SECRETS)).moved, "the new key is second yet").toBe(0);

    await cluster.restart(withKeys(NEW, OLD));
    const all = await cluster.kubectl(["get", "secrets", "-A", "-o", "json"]);
    await cluster.kubectl(["replace", "-f", "-"], all);
    const partly = { "secretbox/key-1": 2, "secretbox/key-10": 6 };
    expect(await cluster.judge(...SCOPE)).toMatchObject({
      exitCode: 0,
      head: partly,
      history: { "secretbox/key-1": 6 },
    });
    const forgotten = await cluster.keysUnder("secretbox/key-1", "--all-resources");
    expect(forgotten.filter((key) => key.includes("/default/"))).toEqual(
      [0, 1].map((number) => `/registry/configmaps/default/settings-${number}`),
    );
    expect(await cluster.unreadableUnder(withKeys(NEW))).toEqual(forgotten);
    expect(await cluster.keysFound("unreadable-value", withKeys(NEW))).toEqual(forgotten);
    expect(await cluster.keysFound("stale-key", withKeys(NEW, OLD))).toEqual(forgotten);

    await cluster.kubectl(["replace", "-f", "-"], await cluster.kubectl(["get", "configmaps", "-A", "-o", "json"]));
    await cluster.compact();
    expect(await cluster.judge(...SCOPE)).toEqual({
      exitCode: 0,
      head: { "secretbox/key-10": 8 },
      history: {},
      findings: {},
    });
    expect(await cluster.unreadableUnder(withKeys(NEW))).toEqual([]);
  });

  it("is undone through an API server that was not restarted", async () => {
    const cluster = await Cluster.start(binaries, { configuration: withKeys(OLD, NEW) });
    const notRestarted = cluster.server;
    const restarted = await cluster.addServer(withKeys(NEW, OLD));
    await cluster.create(SECRETS, secrets(4));
    for (const round of [1, 2]) {
      expect(await cluster.rewrite(SECRETS, { server: restarted }), `round ${round}`).toEqual({ total: 4, moved: 4 });
      expect(await cluster.rewrite(SECRETS, { server: notRestarted }), `round ${round}`).toEqual({
        total: 4,
        moved: 4,
      });
    }
    expect(await cluster.judge()).toMatchObject({
      head: { "secretbox/key-1": 4 },
      history: { "secretbox/key-10": 8, "secretbox/key-1": 8 },
      findings: { "writers-disagree": 1 },
    });
    const { findings } = await cluster.judgeUnder(withKeys(OLD, NEW), withKeys(NEW, OLD));
    expect(Object.keys(findings)).toEqual(expect.arrayContaining(["config-servers-differ", "writers-disagree"]));

    await cluster.restart(withKeys(NEW, OLD));
    expect(await cluster.rewrite(SECRETS)).toEqual({ total: 4, moved: 4 });
    expect(await cluster.rewrite(SECRETS, { server: restarted })).toEqual({ total: 4, moved: 0 });
    await cluster.compact();
    expect(await cluster.judge()).toEqual({ exitCode: 0, head: { "secretbox/key-10": 4 }, history: {}, findings: {} });
  });

  it("is turned back by identity in front, which takes the values out again", async () => {
    const cluster = await Cluster.start(binaries, { configuration: withKeys(OLD) });
    await cluster.create(SECRETS, secrets(3));
    await cluster.restart(configurationText(block("secrets, configmaps", "identity: {}", local("secretbox", OLD))));
    expect(await cluster.judge()).toEqual({ exitCode: 0, head: { "secretbox/key-1": 3 }, history: {}, findings: {} });
    expect(await cluster.rewrite(SECRETS)).toEqual({ total: 3, moved: 3 });
    expect(await cluster.judge()).toMatchObject({
      exitCode: 1,
      head: { identity: 3 },
      findings: { "plaintext-value": 3 },
    });
    expect(await cluster.unreadableObjects(null)).toEqual(
      await cluster.keysUnder("secretbox/key-1", "--all-resources"),
    );
  });
});
