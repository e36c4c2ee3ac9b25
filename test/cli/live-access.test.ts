import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CertificateAuthority, type CertificateFiles } from "../etcd/certificates.ts";
import { freePorts } from "../etcd/free-ports.ts";
import { describeLive } from "../etcd/live.ts";
import { EtcdServer } from "../etcd/server.ts";
import { expectUnusable, scan } from "./live-program.ts";
import { plaintextSecret } from "./messages.ts";

describe("what answers is not etcd", () => {
  let http: Server;
  let noise: Server;
  let silence: Server;

  beforeAll(async () => {
    http = createHttpServer((_, response) => response.end("<html>it works</html>"));
    noise = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.end(Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919 + 13) % 251)));
    });
    silence = createServer((socket) => socket.on("error", () => undefined));
    for (const server of [http, noise, silence]) {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    }
  });

  afterAll(() => {
    for (const server of [http, noise, silence]) server.close();
  });

  const at = (server: Server) => `127.0.0.1:${(server.address() as AddressInfo).port}`;

  it("but nothing", async () => {
    const [port] = await freePorts(1);
    await expectUnusable(["--endpoints", `127.0.0.1:${port}`], /nothing listens there/);
  });

  it("but a web server, with and without TLS", async () => {
    await expectUnusable(["--endpoints", at(http)], /not etcd/);
    await expectUnusable(["--endpoints", `https://${at(http)}`], /does not speak TLS|no TLS connection/);
  });

  it("but noise, or nothing at all", async () => {
    await expectUnusable(["--endpoints", at(noise)], /not etcd|connection was lost/);
    await expectUnusable(["--endpoints", at(silence), "--dial-timeout", "300ms"], /no connection in time/);
  });

  it("but no host, no endpoint, no number", async () => {
    await expectUnusable(["--endpoints", "no-such-host.invalid:2379"], /host name has no address/);
    await expectUnusable(["--endpoints", "ftp://127.0.0.1"], /is no endpoint/);
    await expectUnusable(["--endpoints", " , "], /names no endpoint/);
    await expectUnusable(["--dial-timeout", "5"], /5s, 1m30s or 500ms/);
  });
});

describeLive("TLS", (binaries) => {
  let folder: string;
  let authority: CertificateAuthority;
  let strangers: CertificateAuthority;
  let client: CertificateFiles;
  let strange: CertificateFiles;
  let plain: EtcdServer;
  let tls: EtcdServer;
  let mutual: EtcdServer;
  let expired: EtcdServer;
  let otherName: EtcdServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "live-tls-"));
    authority = await CertificateAuthority.create(join(folder, "own"));
    strangers = await CertificateAuthority.create(join(folder, "strangers"));
    client = await authority.issue({ name: "auditor", usage: "client" });
    strange = await strangers.issue({ name: "stranger", usage: "client" });
    const own = await authority.issue({ name: "server", usage: "server" });
    const old = await authority.issue({ name: "old", usage: "server", expired: true });
    const elsewhere = await authority.issue({ name: "elsewhere", usage: "server", addresses: ["192.0.2.1"] });
    [plain, tls, mutual, expired, otherName] = await Promise.all([
      EtcdServer.start(binaries),
      EtcdServer.start(binaries, { tls: own }),
      EtcdServer.start(binaries, { tls: { ...own, clientAuthority: authority.file } }),
      EtcdServer.start(binaries, { tls: old }),
      EtcdServer.start(binaries, { tls: elsewhere }),
    ]);
    const certificates = ["--cacert", authority.file, "--cert", client.certificate, "--key", client.key];
    for (const server of [tls, mutual]) {
      await server.etcdctl([...certificates, "put", "/registry/secrets/a/b"], plaintextSecret().toString());
    }
  });

  afterAll(async () => {
    for (const server of [plain, tls, mutual, expired, otherName]) await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const pair = ({ certificate, key }: CertificateFiles) => ["--cert", certificate, "--key", key];

  it("with the right authority, with a client certificate, and unverified when asked for", async () => {
    const ways = [
      ["--endpoints", tls.endpoint, "--cacert", authority.file],
      ["--endpoints", tls.endpoint.replace("https://", ""), "--cacert", authority.file],
      ["--endpoints", tls.endpoint, "--insecure-skip-tls-verify"],
      ["--endpoints", mutual.endpoint, "--cacert", authority.file, ...pair(client)],
      ["--endpoints", mutual.endpoint, "--insecure-skip-tls-verify", ...pair(client)],
    ];
    for (const flags of ways) {
      const { status, stderr, report } = await scan(flags);
      expect([flags, stderr, status]).toEqual([flags, "", 1]);
      expect(report?.summary.head.plaintext).toBe(1);
    }
  });

  it("of the wrong authority, for another name, or expired is exit 2", async () => {
    await expectUnusable(["--endpoints", tls.endpoint], /not signed by a trusted authority/);
    await expectUnusable(
      ["--endpoints", tls.endpoint, "--cacert", strangers.file],
      /not signed by a trusted authority/,
    );
    await expectUnusable(["--endpoints", expired.endpoint, "--cacert", authority.file], /not valid now/);
    await expectUnusable(["--endpoints", otherName.endpoint, "--cacert", authority.file], /for another name/);
  });

  it("without a client certificate, or with a stranger's, is exit 2", async () => {
    const known = ["--endpoints", mutual.endpoint, "--cacert", authority.file];
    await expectUnusable(known, /client certificate/);
    await expectUnusable([...known, ...pair(strange)], /client certificate/);
  });

  it("where there is none, or none where there is, is exit 2", async () => {
    await expectUnusable(
      ["--endpoints", tls.endpoint.replace("https", "http")],
      /speaks TLS and was spoken to without/,
    );
    const wrong = plain.endpoint.replace("http", "https");
    await expectUnusable(["--endpoints", wrong, "--cacert", authority.file], /does not speak TLS/);
  });

  it("files that can't be used are exit 2, and no path of a key is read aloud", async () => {
    const known = ["--endpoints", tls.endpoint];
    await expectUnusable([...known, "--cacert", join(folder, "none.crt")], /none\.crt can't be read \(ENOENT\)/);
    await expectUnusable([...known, "--cert", client.certificate], /--cert and --key go together/);
    const broken = join(folder, "broken.pem");
    await writeFile(broken, "no certificate");
    await expectUnusable([...known, "--cert", broken, "--key", client.key], /TLS files can't be used/);
    await expectUnusable([...known, "--cert", strange.certificate, "--key", client.key], /TLS files can't be used/);
  });

  it("from etcdctl's environment variables, where an empty one counts as none", async () => {
    const env = {
      ETCDCTL_ENDPOINTS: mutual.endpoint,
      ETCDCTL_CACERT: authority.file,
      ETCDCTL_CERT: client.certificate,
      ETCDCTL_KEY: client.key,
      ETCDCTL_USER: "",
      ETCDCTL_PASSWORD: "",
      ETCDCTL_INSECURE_SKIP_TLS_VERIFY: "false",
      ETCDCTL_DIAL_TIMEOUT: "3s",
      ETCDCTL_COMMAND_TIMEOUT: "10s",
    };
    expect((await scan([], env)).status).toBe(1);
    expect((await scan(["--endpoints", tls.endpoint], { ...env, ETCDCTL_ENDPOINTS: "127.0.0.1:1" })).status).toBe(1);
    await expectUnusable([], /not signed by a trusted authority/, { ...env, ETCDCTL_CACERT: "" });
    const unverified = { ...env, ETCDCTL_CACERT: "", ETCDCTL_INSECURE_SKIP_TLS_VERIFY: "true" };
    expect((await scan([], unverified)).status).toBe(1);
    await expectUnusable([], /neither true nor false/, { ...env, ETCDCTL_INSECURE_SKIP_TLS_VERIFY: "maybe" });
  });

  it("never goes through a proxy", async () => {
    const [port] = await freePorts(1);
    const dead = `http://127.0.0.1:${port}`;
    const names = ["http_proxy", "https_proxy", "grpc_proxy", "all_proxy"];
    const env = Object.fromEntries(
      names.flatMap((name) => [
        [name, dead],
        [name.toUpperCase(), dead],
      ]),
    );
    for (const server of [tls, plain]) {
      const flags = ["--endpoints", server.endpoint, ...(server === tls ? ["--cacert", authority.file] : [])];
      const { status, stderr } = await scan(flags, { ...env, no_proxy: "", NO_PROXY: "" });
      expect(stderr).not.toMatch(/nothing listens/);
      expect(status).toBe(server === tls ? 1 : 3);
    }
  });
});
