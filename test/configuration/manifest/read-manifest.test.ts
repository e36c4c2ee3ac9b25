import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ApiServerSettings, ManifestProblem } from "../../../src/configuration/manifest/api-server-settings.ts";
import { readManifest } from "../../../src/configuration/manifest/read-manifest.ts";
import { manifestMessage } from "../../../src/configuration/manifest/words.ts";

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/manifests/${name}`, import.meta.url), "utf8");
const KUBEADM = fixture("kube-apiserver.yaml");

interface Options {
  readonly path?: string;
  readonly root?: string | null;
  readonly dropIns?: readonly string[];
}

function read(text: string, { path = "manifest", root = null, dropIns = [] }: Options = {}) {
  const file = (content: string) => ({ path, bytes: Buffer.from(content) });
  return readManifest(file(text), root, dropIns.map(file));
}

function settings(text: string, options?: Options): ApiServerSettings {
  const reading = read(text, options);
  if (reading.kind === "refused") throw new Error(`refused: ${manifestMessage(reading.problem)}`);
  return reading.settings;
}

function problem(text: string, options?: Options): ManifestProblem {
  const reading = read(text, options);
  if (reading.kind === "settings") throw new Error(`accepted: ${JSON.stringify(reading.settings)}`);
  return reading.problem;
}

/** A Pod with one container, whose fields and the Pod's volumes are given in flow style. */
function pod(container: string, volumes = "[]"): string {
  const containers = `[{name: kube-apiserver, ${container}}]`;
  return `apiVersion: v1\nkind: Pod\nspec: {containers: ${containers}, volumes: ${volumes}}\n`;
}

describe("a static Pod of kubeadm", () => {
  it("tells endpoints, TLS files and the configuration's path on the host", () => {
    expect(settings(KUBEADM)).toEqual({
      kind: "static-pod",
      endpoints: ["https://127.0.0.1:2379"],
      tls: {
        caFile: "/etc/kubernetes/pki/etcd/ca.crt",
        certFile: "/etc/kubernetes/pki/apiserver-etcd-client.crt",
        keyFile: "/etc/kubernetes/pki/apiserver-etcd-client.key",
      },
      prefix: null,
      encryptionConfigPath: "/srv/encryption/enc.yaml",
      overrides: [],
    });
  });

  it("lies under the root that a host is mounted at, and no path leaves it", () => {
    const { encryptionConfigPath, tls } = settings(KUBEADM, { root: "/mnt/host" });
    expect(encryptionConfigPath).toBe("/mnt/host/srv/encryption/enc.yaml");
    expect(tls.keyFile).toBe("/mnt/host/etc/kubernetes/pki/apiserver-etcd-client.key");
    const upwards = settings("--encryption-provider-config=/../../etc/enc.yaml", { root: "/mnt/host" });
    expect(upwards.encryptionConfigPath).toBe("/mnt/host/etc/enc.yaml");
  });

  it("without the flag has no configuration in force, and with an empty one neither", () => {
    expect(settings(KUBEADM.replace(/.*--encryption-provider.*\n/, "")).encryptionConfigPath).toBeNull();
    expect(settings(KUBEADM.replace("/etc/kubernetes/enc/enc.yaml", "")).encryptionConfigPath).toBeNull();
  });

  it("may use the old name of the flag", () => {
    const old = KUBEADM.replace("--encryption-provider-config", "--experimental-encryption-provider-config");
    expect(settings(old).encryptionConfigPath).toBe("/srv/encryption/enc.yaml");
  });

  it("may be JSON", () => {
    const command = ["kube-apiserver", "--etcd-servers", "http://127.0.0.1:2379"];
    const text = JSON.stringify({ kind: "Pod", spec: { containers: [{ name: "kube-apiserver", command }] } }, null, 1);
    expect(settings(text).endpoints).toEqual(["http://127.0.0.1:2379"]);
  });

  it("names a file that is in no folder of the host: refused, never taken for none", () => {
    const elsewhere = KUBEADM.replace("path: /srv/encryption\n      type: DirectoryOrCreate", "type: Directory");
    expect(problem(elsewhere)).toEqual({ kind: "not-on-host", flag: "encryption-provider-config" });
    expect(problem(KUBEADM.replace("/etc/kubernetes/enc/enc.yaml", "/etc/kubernetes/encryption.yaml"))).toEqual({
      kind: "not-on-host",
      flag: "encryption-provider-config",
    });
  });

  it("has TLS files that come from no folder of the host: they are left out", () => {
    expect(settings(KUBEADM.replace("path: /etc/kubernetes/pki", "other: x")).tls.caFile).toBeNull();
  });

  it.each([
    ["a file", "/enc.yaml", "{mountPath: /enc.yaml, name: v}", "/host/enc.yaml"],
    [
      "the innermost folder",
      "/a/b/enc.yaml",
      "{mountPath: /a, name: w}, {mountPath: /a/b/, name: v}",
      "/host/enc.yaml/enc.yaml",
    ],
    ["a part of a volume", "/a/enc.yaml", "{mountPath: /a, name: v, subPath: sub}", "/host/enc.yaml/sub/enc.yaml"],
    [
      "no folder that only begins alike",
      "/a/enc.yaml",
      "{mountPath: /a, name: v}, {mountPath: /a/e, name: w}",
      "/host/enc.yaml/enc.yaml",
    ],
  ])("mounts %s", (_, flag, mounts, path) => {
    const container = `command: [kube-apiserver, "--encryption-provider-config=${flag}"], volumeMounts: [${mounts}]`;
    const volumes = "[{name: v, hostPath: {path: /host/enc.yaml}}, {name: w, emptyDir: {}}]";
    expect(settings(pod(container, volumes)).encryptionConfigPath).toBe(path);
  });

  it.each([
    ["args", 'command: [kube-apiserver], args: ["--etcd-prefix=/p"]'],
    ["args alone", 'args: ["--etcd-prefix=/p"]'],
    ["a runner in front", 'command: [/go-runner, "--log-file=/x", /usr/local/bin/kube-apiserver, "--etcd-prefix=/p"]'],
    ["a value of its own", 'command: [kube-apiserver, "--etcd-prefix", "/p"]'],
    ["underscores", 'command: [kube-apiserver, "--etcd_prefix=/p"]'],
    ["the last of two", 'command: [kube-apiserver, "--etcd-prefix=/q", "--etcd-prefix=/p"]'],
    ["a variable", 'env: [{name: P, value: /p}], command: [kube-apiserver, "--etcd-prefix=$(P)"]'],
  ])("gives flags as %s", (_, container) => {
    expect(settings(pod(container)).prefix).toBe("/p");
  });

  it.each([
    ["a script", 'command: [/bin/sh, -c, "exec kube-apiserver --etcd-prefix=/p"]', "started-otherwise"],
    ["another program", 'command: [/wrapper, "--etcd-prefix=/p"]', "started-otherwise"],
    ["OpenShift's own settings", 'command: [hyperkube, kube-apiserver, "--openshift-config=/c"]', "openshift"],
    ["a variable that is not set", 'command: [kube-apiserver, "--etcd-servers=https://$(HOST_IP):2379"]', "variable"],
    ["a flag without its value", 'command: [kube-apiserver, "--etcd-servers"]', "no-value"],
    ["a relative path", 'command: [kube-apiserver, "--encryption-provider-config=enc.yaml"]', "relative-path"],
    ["a number among its words", "command: [kube-apiserver, 7]", "wrong-type"],
  ])("is refused with %s", (_, container, kind) => {
    expect(problem(pod(container)).kind).toBe(kind);
  });

  it("is refused when it runs something else, or is something else", () => {
    expect(problem(pod("command: [etcd]").replace("name: kube-apiserver", "name: etcd")).kind).toBe("no-api-server");
    expect(problem("kind: ClusterConfiguration\napiServer: {extraArgs: {etcd-prefix: /p}}").kind).toBe("other-kind");
  });
});

describe("overrides of etcd servers", () => {
  const overrides = (value: string) => settings(`--etcd-servers-overrides=${value}`).overrides;

  it("are told by resource, with the group behind the resource", () => {
    expect(overrides("/secrets#https://a:2379;https://b:2379,apps/deployments#http://c:2379")).toEqual([
      { resource: "secrets", endpoints: ["https://a:2379", "https://b:2379"] },
      { resource: "deployments.apps", endpoints: ["http://c:2379"] },
    ]);
  });

  it.each(["secrets#https://a:2379", "/secrets", "/secrets#", "/a/b#https://c:1", "/a#b#c", "/#https://a:1"])(
    "%s is refused as the API server does",
    (value) => {
      expect(problem(`--etcd-servers-overrides=${value}`)).toEqual({ kind: "bad-override" });
    },
  );
});

describe("a file of flags", () => {
  it("of MicroK8s is read with the variables of its snap", () => {
    expect(settings(fixture("microk8s-kube-apiserver"))).toMatchObject({
      kind: "flags-file",
      endpoints: ["unix:///var/snap/microk8s/current/var/kubernetes/backend/kine.sock:12379"],
      encryptionConfigPath: "/var/snap/microk8s/current/certs/encryption.yaml",
    });
  });

  it("may be a service", () => {
    expect(settings(fixture("kube-apiserver.service"))).toMatchObject({
      endpoints: ["https://10.240.0.10:2379", "https://10.240.0.11:2379"],
      tls: { keyFile: "/var/lib/kubernetes/kubernetes-key.pem" },
      encryptionConfigPath: "/var/lib/kubernetes/encryption-config.yaml",
    });
  });

  it.each([
    ["in quotes", 'KUBE_API_ARGS="--etcd-prefix=/p --v=2"'],
    ["without quotes", "export KUBE_API_ARGS=--etcd-prefix=/p"],
    ["by a variable of the file", 'PREFIX=/p\nKUBE_API_ARGS="--etcd-prefix=$PREFIX"'],
    ["by a line that takes another's flags", "ARGS='--etcd-prefix=/p'\nExecStart=/usr/bin/kube-apiserver $ARGS --v=2"],
    ["each a line", "--v=2\n# --etcd-prefix=/q\n--etcd-prefix=/p"],
    ["with a blank in between", "--etcd-prefix /p"],
    ["in quotes of their own", "--etcd-prefix='/p'"],
    ["with Windows line ends", "--v=2\r\n--etcd-prefix=/p\r\n"],
  ])("may give them %s", (_, text) => {
    expect(settings(text).prefix).toBe("/p");
  });

  it("with no encryption flag has no configuration in force", () => {
    expect(settings("--etcd-servers=http://127.0.0.1:2379").encryptionConfigPath).toBeNull();
  });

  it.each([
    ["no flag", "hello", "no-flags"],
    [
      "flags in a variable that is set elsewhere",
      "ExecStart=/usr/bin/kube-apiserver --v=2 $KUBE_ETCD_SERVERS",
      "variable",
    ],
    ["a path in such a variable", "--encryption-provider-config=$DIR/enc.yaml", "variable"],
    ["a list", "- a\n- b", "no-flags"],
    ["broken YAML", "a: [", "syntax"],
  ])("is refused with %s", (_, text, kind) => {
    expect(problem(text).kind).toBe(kind);
  });
});

describe("a configuration of k3s or RKE2", () => {
  const K3S = "/etc/rancher/k3s/config.yaml";
  const RKE2 = "/etc/rancher/rke2/config.yaml";

  it("of k3s with embedded etcd tells all its usual places", () => {
    const folder = "/host/var/lib/rancher/k3s/server";
    expect(settings(fixture("k3s/config.yaml"), { path: K3S, root: "/host" })).toEqual({
      kind: "k3s",
      endpoints: ["https://127.0.0.1:2379"],
      tls: {
        caFile: `${folder}/tls/etcd/server-ca.crt`,
        certFile: `${folder}/tls/etcd/client.crt`,
        keyFile: `${folder}/tls/etcd/client.key`,
      },
      prefix: null,
      encryptionConfigPath: `${folder}/cred/encryption-config.json`,
      overrides: [],
    });
  });

  it.each([
    ["k3s", K3S, "token: x", null],
    ["k3s", K3S, "", null],
    ["k3s", K3S, "secrets-encryption: false", null],
    ["k3s", K3S, "secrets-encryption: yes", "/var/lib/rancher/k3s/server/cred/encryption-config.json"],
    ["k3s", K3S, '{"secrets-encryption": true}', "/var/lib/rancher/k3s/server/cred/encryption-config.json"],
    ["k3s", K3S, "secrets-encryption: true\ndata-dir: /data", "/data/server/cred/encryption-config.json"],
    ["rke2", RKE2, "token: x", "/var/lib/rancher/rke2/server/cred/encryption-config.json"],
    ["rke2", RKE2, "secrets-encryption: false", "/var/lib/rancher/rke2/server/cred/encryption-config.json"],
  ])("of %s in %s: %j", (kind, path, text, encryptionConfigPath) => {
    expect(settings(text, { path })).toMatchObject({ kind, encryptionConfigPath });
  });

  it.each([
    ["a list", "kube-apiserver-arg:\n- encryption-provider-config=/enc.yaml\n- etcd-prefix=/p"],
    ["flags with dashes", "kube-apiserver-arg: ['--encryption-provider-config=/enc.yaml', '--etcd-prefix=/p']"],
  ])("may give the API server's own flags as %s, which win", (_, text) => {
    const found = settings(`secrets-encryption: true\n${text}`, { path: K3S });
    expect(found).toMatchObject({ prefix: "/p", encryptionConfigPath: "/enc.yaml" });
  });

  it("goes on in the files of its folder, by field or with a plus sign", () => {
    const text = "secrets-encryption: true\nkube-apiserver-arg: [etcd-prefix=/p]";
    const dropIns = ["secrets-encryption: false", "kube-apiserver-arg+: [encryption-provider-config=/enc.yaml]"];
    expect(settings(text, { path: K3S, dropIns })).toMatchObject({ prefix: "/p", encryptionConfigPath: "/enc.yaml" });
    const replaced = settings(text, { path: K3S, dropIns: ["kube-apiserver-arg: [v=2]"] });
    expect(replaced.prefix).toBeNull();
  });

  it("names an etcd of its own, a database, or neither", () => {
    const external = "datastore-endpoint: https://a:2379,https://b:2379\ndatastore-cafile: /ca.pem";
    expect(settings(external, { path: K3S })).toMatchObject({
      endpoints: ["https://a:2379", "https://b:2379"],
      tls: { caFile: "/ca.pem", keyFile: null },
    });
    for (const text of ["datastore-endpoint: mysql://user:word@tcp(db)/k3s\ncluster-init: true", "token: x"]) {
      expect(settings(text, { path: K3S })).toMatchObject({ endpoints: [], tls: { caFile: null } });
    }
    expect(settings("token: x", { path: RKE2 }).endpoints).toEqual(["https://127.0.0.1:2379"]);
  });

  it("whose path does not say which it is, is refused: RKE2 always encrypts, k3s does not", () => {
    expect(problem("token: x", { path: "config.yaml" })).toEqual({ kind: "no-distribution" });
    expect(settings("token: x", { path: "/mnt/k3s-node/etc/rancher/rke2/config.yaml" }).kind).toBe("rke2");
  });
});

it("no text of a file is in what is said about it", () => {
  const text = "--encryption-provider-config=SECRET-$X\n--etcd-servers-overrides=SECRET";
  for (const line of [text, ...text.split("\n"), "kind: SECRET", "SECRET: [", "SECRET"]) {
    expect(manifestMessage(problem(line))).not.toContain("SECRET");
  }
});
