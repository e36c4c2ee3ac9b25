import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonReport } from "../corpus/program-output.ts";
import { PACKAGE_FOLDER, PROGRAM, programEnvironment } from "../corpus/run-program.ts";
import { isOlder } from "../etcd/find-etcd.ts";
import { describeLive } from "../etcd/live.ts";
import { EtcdServer } from "../etcd/server.ts";
import { plaintextSecret } from "./messages.ts";

const DOCUMENT = join(PACKAGE_FOLDER, "docs/LEAST-PRIVILEGE.md");
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0 && spawnSync("bash", ["--version"]).status === 0;

/** What the document's first block sets for kubeadm, for the server of the test. */
const SETTINGS = `
export ETCDCTL_API=3
export ETCDCTL_CACERT=ca.crt
AUTHORITY_KEY=ca.key
API_SERVER_CERT=kube-apiserver-etcd-client.crt
API_SERVER_KEY=kube-apiserver-etcd-client.key
etcd-encryption-auditor() { "$NODE" "$PROGRAM" "$@"; }
`;

const AUTHORITY = `
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=etcd-ca -days 2 -keyout ca.key -out ca.crt
for name in server kube-apiserver-etcd-client; do
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=system:masters/CN=$name" -keyout "$name.key" -out "$name.csr"
  printf 'extendedKeyUsage=serverAuth,clientAuth\\nsubjectAltName=IP:127.0.0.1\\n' > "$name.ext"
  openssl x509 -req -in "$name.csr" -CA ca.crt -CAkey ca.key -set_serial "0x$(openssl rand -hex 16)" -days 2 -extfile "$name.ext" -out "$name.crt"
done
`;

describe.skipIf(!hasOpenssl)("docs/LEAST-PRIVILEGE.md", () => {
  describeLive("its commands", (binaries) => {
    let folder: string;
    let server: EtcdServer;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "least-privilege-"));
      execFileSync("bash", ["-euc", AUTHORITY], { cwd: folder, stdio: "pipe" });
      const path = (name: string) => join(folder, name);
      const tls = { certificate: path("server.crt"), key: path("server.key"), clientAuthority: path("ca.crt") };
      server = await EtcdServer.start(binaries, { tls });
      for (const key of ["/registry/secrets/team/one", "/registry/configmaps/team/two"]) {
        await writeFile(path("value"), plaintextSecret());
        shell(`export ETCDCTL_CERT=server.crt ETCDCTL_KEY=server.key\netcdctl put ${key} < value`);
      }
    });

    afterAll(async () => {
      await server?.close();
      await rm(folder, { recursive: true, force: true });
    });

    function shell(script: string): { status: number | null; stdout: string; stderr: string } {
      const { status, stdout, stderr } = spawnSync("bash", ["-euc", `${SETTINGS}\n${script}`], {
        cwd: folder,
        encoding: "utf8",
        env: {
          ...programEnvironment(),
          PATH: `${dirname(binaries.etcdctl)}${delimiter}${process.env["PATH"] ?? ""}`,
          ETCDCTL_ENDPOINTS: server.endpoint,
          NODE: process.execPath,
          PROGRAM,
        },
      });
      return { status, stdout, stderr };
    }

    async function report(name: string): Promise<JsonReport> {
      return JSON.parse(await readFile(join(folder, name), "utf8")) as JsonReport;
    }

    const auditor = "export ETCDCTL_CERT=encryption-auditor.crt ETCDCTL_KEY=encryption-auditor.key\n";

    it("make a user that can scan, and do nothing else", async () => {
      const text = await readFile(DOCUMENT, "utf8");
      const [settings = "", ...blocks] = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
      expect(settings).toContain("ETCDCTL_ENDPOINTS=");
      expect(blocks.length).toBe(5);
      const run = shell(blocks.join("\n"));
      expect([run.status, run.status === 0 ? "" : run.stderr]).toEqual([0, ""]);
      expect(run.stdout.match(/exit code \d/g)).toEqual(["exit code 1", "exit code 1"]);

      const secrets = await report("secrets.json");
      expect([secrets.verdict, secrets.summary.head.total]).toEqual(["fail", 1]);
      const everything = await report("everything.json");
      expect([everything.verdict, everything.summary.head.total]).toEqual(["fail", 2]);
      expect(run.stderr).toMatch(/outside the prefixes is not known/);
    });

    it.each([
      ["write", "etcdctl put /registry/secrets/team/three x"],
      ["delete", "etcdctl del /registry/secrets/team/one"],
      ["read elsewhere", "etcdctl get /other"],
      ["compact", "etcdctl compact 1"],
      ["take a snapshot", "etcdctl snapshot save taken.db"],
      ["ask for the members' hashes", "etcdctl endpoint hashkv"],
      ["defragment", "etcdctl defrag"],
      ["make users", "etcdctl user add another --no-password"],
    ])("a user that can't %s", (_, command) => {
      // Older releases let everybody compact, as the document says.
      if (command.startsWith("etcdctl compact") && isOlder(binaries.version, "3.6")) return;
      const run = shell(`${auditor}${command}`);
      expect(run.status).not.toBe(0);
      expect(run.stderr).toMatch(/permission denied/);
    });

    it("leave the API server its rights", () => {
      const apiServer = "export ETCDCTL_CERT=$API_SERVER_CERT ETCDCTL_KEY=$API_SERVER_KEY\n";
      expect(shell(`${apiServer}etcdctl put /registry/secrets/team/three x`)).toMatchObject({ status: 0 });
    });

    it("and that user's verdict names what may not be read", () => {
      const run = shell(`${auditor}etcd-encryption-auditor scan --quiet || true`);
      expect(run.stdout.split("\n")[0]).toContain("other prefixes");
    });

    it("and another grant lets it verify a rotation, which can't be told before", async () => {
      const text = await readFile(DOCUMENT, "utf8");
      const grant = /`(etcdctl role grant-permission --prefix=true encryption-auditor read "")`/.exec(text)?.[1] ?? "";
      const verify = `${auditor}etcd-encryption-auditor verify-rotation --retire identity || echo "exit code $?"`;
      expect(shell(verify).stdout).toMatch(/^UNKNOWN: .*every key.*exit code 3$/ms);
      const granted = shell(`export ETCDCTL_CERT=root.crt ETCDCTL_KEY=root.key\n${grant}\n${verify}`);
      expect(granted.stdout).toMatch(/NOT SAFE: .*exit code 1$/ms);
    });

    it("and the last grant lets it see what moves compaction", async () => {
      const text = await readFile(DOCUMENT, "utf8");
      const grant = /`(etcdctl role grant-permission encryption-auditor read compact_rev_key)`/.exec(text)?.[1] ?? "";
      const run = shell(
        `export ETCDCTL_CERT=root.crt ETCDCTL_KEY=root.key\n${grant}\n${auditor}etcdctl get compact_rev_key`,
      );
      expect(run.status).toBe(0);
    });
  });
});
