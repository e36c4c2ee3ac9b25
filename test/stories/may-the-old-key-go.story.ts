import { expect, it } from "vitest";
import { block, configurationText, KEY_A, KEY_B, local } from "../configuration/read.ts";
import { Cluster } from "../kubernetes-server/cluster.ts";
import { describeKubernetes } from "../kubernetes-server/describe-kubernetes.ts";
import { CONFIG_MAPS, configMaps, SECRETS, secrets } from "../kubernetes-server/objects.ts";

const OLD = ["key-1", KEY_A] as const;
const NEW = ["key-10", KEY_B] as const;
const RESOURCES = "secrets, configmaps";

function boxes(...keys: readonly (readonly [name: string, secret: string])[]): string {
  return configurationText(block(RESOURCES, local("secretbox", ...keys), "identity: {}"));
}

describeKubernetes("may the old key go?", (binaries) => {
  it("is answered at each step of a rotation as the API server would find out", async () => {
    const cluster = await Cluster.start(binaries, { configuration: boxes(OLD) });
    await cluster.create(SECRETS, secrets(5));
    await cluster.create(CONFIG_MAPS, configMaps(2));
    expect(await cluster.mayGo("secretbox/key-1", boxes(OLD)), "it writes").toBe("NOT SAFE");
    await cluster.restart(boxes(NEW, OLD));
    await cluster.rewrite(SECRETS);
    expect(await cluster.mayGo("secretbox/key-1", boxes(NEW, OLD)), "configmaps are left").toBe("NOT SAFE");
    expect((await cluster.unreadableUnder(boxes(NEW))).length).toBeGreaterThan(0);

    await cluster.kubectl(["replace", "-f", "-"], await cluster.kubectl(["get", "configmaps", "-A", "-o", "json"]));
    expect(await cluster.mayGo("secretbox/key-1", boxes(NEW, OLD)), "history is left").toBe("NOT SAFE YET");
    await cluster.compact();
    expect(await cluster.mayGo("secretbox/key-1", boxes(NEW, OLD))).toBe("SAFE");
    expect(await cluster.mayGo("secretbox/key-10", boxes(NEW, OLD)), "a name that begins alike").toBe("NOT SAFE");
    expect(await cluster.unreadableUnder(boxes(NEW))).toEqual([]);
  });

  it("is answered for identity too, when encryption was turned on", async () => {
    const cluster = await Cluster.start(binaries);
    await cluster.create(SECRETS, secrets(4));
    const on = configurationText(block("secrets", local("aesgcm", ["gcm", KEY_A]), "identity: {}"));
    const strict = configurationText(block("secrets", local("aesgcm", ["gcm", KEY_A])));
    await cluster.restart(on);
    expect(await cluster.mayGo("identity", on)).toBe("NOT SAFE");
    expect((await cluster.unreadableUnder(strict)).length).toBe(4);
    await cluster.rewrite(SECRETS);
    await cluster.compact();
    expect(await cluster.mayGo("identity", on)).toBe("SAFE");
    expect(await cluster.unreadableUnder(strict)).toEqual([]);
  });

  it("is no while two API servers write with different keys, and no for a key that came back", async () => {
    const cluster = await Cluster.start(binaries, { configuration: boxes(OLD, NEW) });
    const notRestarted = cluster.server;
    const restarted = await cluster.addServer(boxes(NEW, OLD));
    await cluster.create(SECRETS, secrets(3));
    for (const server of [restarted, notRestarted, restarted, notRestarted, restarted]) {
      await cluster.rewrite(SECRETS, { server });
    }
    expect(await cluster.mayGo("secretbox/key-1")).toBe("NOT SAFE");
  });
});
