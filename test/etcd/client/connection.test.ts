import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import type { TlsMaterial } from "../../../src/model/connection-options.ts";
import { Secret } from "../../../src/model/secret.ts";
import { CertificateAuthority, type CertificateFiles } from "../certificates.ts";
import { describeLive } from "../live.ts";
import { EtcdServer } from "../server.ts";
import { below, opened } from "./opened.ts";

const { key } = below("/registry/secrets");

/** Listens on loopback until the test ends; gives `host:port`. */
async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function secretFile(path: string): Promise<Secret> {
  return new Secret(await readFile(path, "utf8"));
}

async function material(authority: string | null, client?: CertificateFiles): Promise<TlsMaterial> {
  return {
    ...(authority === null ? {} : { authorities: await readFile(authority) }),
    ...(client === undefined
      ? {}
      : { certificate: await readFile(client.certificate), key: await secretFile(client.key) }),
  };
}

describeLive("EtcdClient.open", (binaries) => {
  let folder: string;
  let trusted: CertificateAuthority;
  let other: CertificateAuthority;
  let clientCertificate: CertificateFiles;
  let plain: EtcdServer;
  let tls: EtcdServer;
  let mutual: EtcdServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "etcd-certificates-"));
    trusted = await CertificateAuthority.create(join(folder, "trusted"));
    other = await CertificateAuthority.create(join(folder, "other"));
    const server = await trusted.issue({ name: "server", usage: "server" });
    clientCertificate = await trusted.issue({ name: "reader", usage: "client" });
    [plain, tls, mutual] = await Promise.all([
      EtcdServer.start(binaries),
      EtcdServer.start(binaries, { tls: server }),
      EtcdServer.start(binaries, { tls: { ...server, clientAuthority: trusted.file } }),
    ]);
  });

  afterAll(async () => {
    await Promise.all([plain, tls, mutual].map((server) => server.close()));
    await rm(folder, { recursive: true });
  });

  it("connects without TLS, with and without a scheme", async () => {
    for (const endpoint of [plain.endpoint, plain.endpoint.replace("http://", "")]) {
      const head = await (await opened(endpoint)).head(key);
      expect(head.revision).toBe(1);
    }
  });

  it("connects over TLS with the authority given", async () => {
    const client = await opened(tls.endpoint, { tls: await material(trusted.file) });
    expect((await client.status()).version).toBe(binaries.version);
  });

  it("speaks TLS to an endpoint without a scheme when an authority is given", async () => {
    const client = await opened(tls.endpoint.replace("https://", ""), { tls: await material(trusted.file) });
    expect((await client.head(key)).revision).toBe(1);
  });

  it("connects with a client certificate, etcd3's calls too", async () => {
    const client = await opened(mutual.endpoint, { tls: await material(trusted.file, clientCertificate) });
    expect((await client.head(key)).revision).toBe(1);
    expect(await client.members()).toHaveLength(1);
  });

  it("skips the verification when told to, for etcd3's calls too", async () => {
    for (const options of [{}, { tls: await material(other.file) }]) {
      const client = await opened(tls.endpoint, { ...options, insecureSkipTlsVerify: true });
      expect((await client.head(key)).revision).toBe(1);
      expect((await client.status()).revision).toBe(1);
    }
  });

  it("skips a wrong name when told to skip the verification", async () => {
    const certificate = await trusted.issue({ name: "elsewhere", usage: "server", addresses: ["etcd.example"] });
    const server = await EtcdServer.start(binaries, { tls: certificate });
    onTestFinished(() => server.close());
    const authorities = await material(trusted.file);
    await expect(opened(server.endpoint, { tls: authorities })).rejects.toMatchObject({ code: "tls-hostname" });
    const client = await opened(server.endpoint, { tls: authorities, insecureSkipTlsVerify: true });
    expect((await client.head(key)).revision).toBe(1);
  });

  it("tells an authority that did not sign the server's certificate", async () => {
    for (const options of [{ tls: await material(other.file) }, {}]) {
      await expect(opened(tls.endpoint, options)).rejects.toMatchObject({ code: "tls-untrusted" });
    }
  });

  it("tells an expired certificate of the server", async () => {
    const expired = await trusted.issue({ name: "expired", usage: "server", expired: true });
    const server = await EtcdServer.start(binaries, { tls: expired });
    onTestFinished(() => server.close());
    await expect(opened(server.endpoint, { tls: await material(trusted.file) })).rejects.toMatchObject({
      code: "tls-expired",
    });
  });

  it("tells a client certificate that is missing, of another authority, or expired", async () => {
    const certificates = [
      undefined,
      await other.issue({ name: "stranger", usage: "client" }),
      await trusted.issue({ name: "late", usage: "client", expired: true }),
    ];
    for (const certificate of certificates) {
      const options = { tls: await material(trusted.file, certificate) };
      await expect(opened(mutual.endpoint, options)).rejects.toMatchObject({ code: "tls-client-certificate" });
    }
  });

  it("tells TLS files that can't be used", async () => {
    const authority = new Uint8Array(Buffer.from("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
    const { certificate, key: ownKey } = await material(null, clientCertificate);
    const { key: strangeKey } = await material(null, await other.issue({ name: "strange", usage: "client" }));
    if (certificate === undefined || ownKey === undefined || strangeKey === undefined) throw new Error("no files");
    const pairs: TlsMaterial[] = [
      { authorities: authority },
      { certificate },
      { key: ownKey },
      { certificate, key: strangeKey },
      {
        certificate: new Uint8Array(Buffer.from(ownKey.reveal())),
        key: new Secret(Buffer.from(certificate).toString()),
      },
    ];
    for (const pair of pairs) {
      await expect(opened(tls.endpoint, { tls: pair })).rejects.toMatchObject({ code: "tls-files" });
    }
  });

  it("tells TLS on one side only", async () => {
    const options = { tls: await material(trusted.file) };
    await expect(opened(tls.endpoint.replace("https", "http"))).rejects.toMatchObject({ code: "tls-expected" });
    await expect(opened(mutual.endpoint.replace("https", "http"))).rejects.toMatchObject({ code: "tls-expected" });
    await expect(opened(plain.endpoint.replace("http", "https"), options)).rejects.toMatchObject({
      code: "tls-not-spoken",
    });
  });

  it("tells that nothing listens, on a port and on a socket", async () => {
    const gone = await EtcdServer.start(binaries);
    await gone.close();
    await expect(opened(gone.endpoint)).rejects.toMatchObject({ code: "nothing-listening" });
    await expect(opened(`unix://${folder}/absent.sock`)).rejects.toMatchObject({ code: "nothing-listening" });
  });

  it("tells a host name without an address", async () => {
    await expect(opened("etcd.invalid:2379")).rejects.toMatchObject({ code: "unknown-host" });
  });

  it("tells a port that accepts and says nothing", async () => {
    const silent = await listening(createServer(() => undefined));
    await expect(opened(silent, { dialTimeout: 300 })).rejects.toMatchObject({ code: "dial-timeout" });
  });

  it("tells a server that answers something else", async () => {
    const closing = await listening(createServer((socket) => socket.end()));
    const talking = await listening(createServer((socket) => socket.end("220 mail.example ESMTP\r\n")));
    const http = await listening(createHttpServer((_, response) => response.end("hello")));
    for (const endpoint of [closing, talking, http]) {
      await expect(opened(endpoint), endpoint).rejects.toMatchObject({ code: "not-etcd" });
    }
    const http2 = await listening(createHttp2Server((_, response) => response.end("hello")));
    const client = await opened(http2);
    await expect(client.head(key)).rejects.toMatchObject({ code: "not-etcd" });
    const pageNotFound = await listening(
      createHttp2Server((_, response) => {
        response.writeHead(404).end();
      }),
    );
    await expect((await opened(pageNotFound)).head(key)).rejects.toMatchObject({ code: "not-etcd" });
  });

  it("uses no HTTP proxy, whatever the environment says", async () => {
    const names = ["grpc_proxy", "http_proxy", "https_proxy"];
    for (const name of names) process.env[name] = "http://127.0.0.1:1";
    onTestFinished(() => {
      for (const name of names) delete process.env[name];
    });
    const client = await opened(plain.endpoint);
    expect((await client.head(key)).revision).toBe(1);
    expect((await client.status()).revision).toBe(1);
  });

  it("tells the metrics port of etcd from etcd", async () => {
    await expect(opened(plain.metricsUrl)).rejects.toMatchObject({ code: "not-etcd" });
  });

  it("is one line that names the endpoint and a next step", async () => {
    const error = await opened(tls.endpoint, { tls: await material(other.file) }).catch((thrown: unknown) => thrown);
    expect(error).toHaveProperty(
      "message",
      `etcd at ${tls.endpoint}: its certificate is not signed by a trusted authority`,
    );
    expect(error).toHaveProperty("nextStep", "give the authority that signed it with --cacert");
  });

  it("gives up a member that stands still after the command timeout", async () => {
    const server = await EtcdServer.start(binaries);
    onTestFinished(() => server.close());
    const client = await opened(server.endpoint, { commandTimeout: 400 });
    await server.standStill();
    await expect(client.head(key)).rejects.toMatchObject({ code: "deadline" });
    await expect(client.status()).rejects.toMatchObject({ code: "deadline" });
    server.signal("SIGCONT");
    await expect.poll(() => client.head(key).then(({ revision }) => revision)).toBe(1);
  });

  it("tells an etcd that was killed", async () => {
    const server = await EtcdServer.start(binaries);
    onTestFinished(() => server.close());
    const client = await opened(server.endpoint, { dialTimeout: 300 });
    await server.kill();
    await expect(client.head(key)).rejects.toMatchObject({ code: "lost-connection" });
  });
});
