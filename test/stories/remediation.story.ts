import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { InventoryRow } from "../../src/model/stored-value.ts";
import { block, configurationText, KEY_A, KEY_B, local } from "../configuration/read.ts";
import { KmsPlugin, type KmsPluginOptions } from "../kms-plugin/kms-plugin.ts";
import { uuidOf } from "../kms-plugin/remote-key.ts";
import { Cluster } from "../kubernetes-server/cluster.ts";
import { type ClusterBinaries, describeKubernetes } from "../kubernetes-server/describe-kubernetes.ts";
import { CONFIG_MAPS, configMaps, SECRETS, secrets } from "../kubernetes-server/objects.ts";
import { collect } from "../report/collect.ts";
import { SHELLS } from "../report/remediation/fake-programs.ts";
import { sampleResult, source, value, valueClass, valueFinding } from "../report/sample-result.ts";

const ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
const ODD_NAMES = ["$(touch pwned)", "*", "--all", "-o", "a b", "key=value", "ends-", "back\\slash", "'q'", "#c", "ü"];

/** A folder that is gone when the running test has finished. */
async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "remediation-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a script with the real kubectl and etcdctl against the cluster. */
async function run(cluster: Cluster, { kubernetes, etcd }: ClusterBinaries, text: string, words: readonly string[]) {
  const folder = await temporaryFolder();
  await symlink(kubernetes.kubectl ?? "kubectl is missing", join(folder, "kubectl"));
  await symlink(etcd.etcdctl, join(folder, "etcdctl"));
  await writeFile(join(folder, "script.sh"), text);
  const env = {
    PATH: [folder, "/usr/bin", "/bin"].join(delimiter),
    HOME: folder,
    KUBECONFIG: cluster.server.kubeconfig,
    ETCDCTL_API: "3",
    ETCDCTL_ENDPOINTS: cluster.etcd.endpoint,
  };
  // Not in one call: the plugin that the API server asks meanwhile runs in this process.
  const child = spawn(SHELLS[0] ?? "sh", ["script.sh", ...words], {
    env,
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { status, output, pwned: existsSync(join(folder, "pwned")) };
}

/** The script that a scan of the running etcd gives. */
async function scriptOf(cluster: Cluster, ...args: readonly string[]): Promise<string> {
  const file = join(await temporaryFolder(), "remediation.sh");
  await cluster.scan("-o", `remediation=${file}`, ...args);
  return readFile(file, "utf8");
}

/** The script for secrets that are stale by a key inside the KMS, as a check finds them that knows the key in force. */
async function scriptOfStale(stored: readonly InventoryRow[], stale: readonly InventoryRow[]): Promise<string> {
  const found = stale.map((row) => valueFinding("stale-kms-key", row));
  const sources = [source({ kind: "live", path: null, endpoints: ["http://127.0.0.1:2379"] })];
  return (await collect("remediation", sampleResult({ stored, found, sources }))).text;
}

async function plugin(options: KmsPluginOptions): Promise<KmsPlugin> {
  const started = await KmsPlugin.start(options);
  onTestFinished(() => started.close());
  return started;
}

function under(provider: "kms-v1" | "kms-v2", keyId: string | null, kekVersion: string, count = 5): InventoryRow[] {
  const keyName = provider === "kms-v1" ? "v1-plugin" : "v2-plugin";
  const about = valueClass({ state: "encrypted", provider, keyName, keyId, kekVersion });
  return Array.from({ length: count }, (_, number) => value({ name: `secret-${number}`, valueClass: about }));
}

describeKubernetes("running the script of a report", (binaries) => {
  it("brings everything under encryption that was turned on, and out of the freed pages", async () => {
    const cluster = await Cluster.start(binaries);
    await cluster.create(SECRETS, secrets(120));
    for (const name of ODD_NAMES) {
      const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name }, rules: [] };
      await cluster.create(ROLES, [role]);
    }
    const key = local("aescbc", ["key1", KEY_A]);
    const roles = "clusterroles.rbac.authorization.k8s.io";
    await cluster.restart(configurationText(block(`secrets, ${roles}`, key, "identity: {}")));
    const text = await scriptOf(cluster, "--resource", roles);
    expect(await run(cluster, binaries, text, [])).toMatchObject({ status: 0, pwned: false });
    expect((await cluster.judge("--resource", roles)).exitCode, "a dry run changes nothing").toBe(1);
    const { status, output, pwned } = await run(cluster, binaries, text, ["--apply"]);
    expect({ status, pwned }, output).toEqual({ status: 0, pwned: false });
    expect(output).toMatch(/ 0 no longer there, 0 failed; 0 other problems/);
    expect((await cluster.judge("--resource", roles, "--residue")).exitCode).toBe(0);
    expect(await cluster.unreadableUnder(configurationText(block(`secrets, ${roles}`, key)))).toEqual([]);
  });

  it("ends a rotation of a local key in every resource of the rule, so that the old key can go", async () => {
    const [old, fresh] = [local("secretbox", ["old", KEY_A]), local("secretbox", ["new", KEY_B])];
    const cluster = await Cluster.start(binaries, {
      configuration: configurationText(block("secrets, configmaps", old)),
    });
    await cluster.create(SECRETS, secrets(3));
    await cluster.create(CONFIG_MAPS, configMaps(2));
    const rotated = await cluster.restart(configurationText(block("secrets, configmaps", fresh, old)));
    const given = ["--encryption-config", rotated.configurationFile ?? ""];
    expect((await cluster.judge(...given)).exitCode).toBe(1);
    const { status, output } = await run(cluster, binaries, await scriptOf(cluster, ...given), ["--apply"]);
    expect(status, output).toBe(0);
    expect((await cluster.judge(...given)).exitCode).toBe(0);
    expect(await cluster.unreadableUnder(configurationText(block("secrets, configmaps", fresh)))).toEqual([]);
  });

  it("moves what KMS v1 wrapped with an older version of the remote key", async () => {
    const ncloud = await plugin({ wrapping: "ncloud" });
    const kms = `kms: {apiVersion: v1, name: v1-plugin, endpoint: "${ncloud.endpoint}"}`;
    const configuration = configurationText(block("secrets", kms, "identity: {}"));
    const cluster = await Cluster.start(binaries, { flags: ["--feature-gates=KMSv1=true"], configuration });
    await cluster.create(SECRETS, secrets(5));
    ncloud.keyVersion = 2;
    const stale = under("kms-v1", null, "ncpkms:v1");
    const { status, output } = await run(cluster, binaries, await scriptOfStale(stale, stale), ["--apply"]);
    expect(status, output).toBe(0);
    expect((await cluster.judge()).head).toEqual({ "kms-v1/v1-plugin #ncpkms:v2": 5 });
  });

  it("moves what a KMS v2 plugin with a constant key ID hides, once the API server was restarted", async () => {
    const alibaba = await plugin({ wrapping: "alibaba", keyId: "constant" });
    const kms = `kms: {apiVersion: v2, name: v2-plugin, endpoint: "${alibaba.endpoint}"}`;
    const configuration = configurationText(block("secrets", kms, "identity: {}"));
    const cluster = await Cluster.start(binaries, { configuration });
    await cluster.create(SECRETS, secrets(5));
    alibaba.keyVersion = 2;
    const stale = under("kms-v2", "remote-key", uuidOf(1));
    const text = await scriptOfStale(stale, stale);
    expect((await run(cluster, binaries, text, ["--apply"])).status, "refused before the restart").toBe(2);
    await cluster.restart(configuration);
    const { status, output } = await run(cluster, binaries, text, ["--apply", "--api-servers-restarted"]);
    expect(status, output).toBe(0);
    expect((await cluster.judge()).head).toEqual({ [`kms-v2/v2-plugin@remote-key #${uuidOf(2)}`]: 5 });
  });
});
