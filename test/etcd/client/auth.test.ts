import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { Secret } from "../../../src/model/secret.ts";
import { CertificateAuthority } from "../certificates.ts";
import { describeLive } from "../live.ts";
import { EtcdServer } from "../server.ts";
import { below, opened, readFolder } from "./opened.ts";

const TOKEN_SECONDS = 1;
const PASSWORD = "canary-password";
const user = (name: string, password = PASSWORD) => ({ user: { name, password: new Secret(password) } });

/** A server with authentication on, root, and a user who may read /registry/secrets/ and nothing else. */
async function guarded(server: EtcdServer, ...flags: string[]): Promise<void> {
  const commands = [
    "put /registry/secrets/a/1 x",
    "put /registry/configmaps/a/1 y",
    "role add secrets-reader",
    "role grant-permission secrets-reader read --prefix=true /registry/secrets/",
    `user add root:${PASSWORD}`,
    `user add reader:${PASSWORD}`,
    "user grant-role reader secrets-reader",
    "user grant-role root root",
    "auth enable",
  ];
  for (const command of commands) await server.etcdctl([...flags, ...command.split(" ")]);
}

describeLive("authentication", (binaries) => {
  let server: EtcdServer;

  beforeAll(async () => {
    server = await EtcdServer.start(binaries, { flags: [`--auth-token-ttl=${TOKEN_SECONDS}`] });
    await guarded(server);
  });

  afterAll(() => server.close());

  it("reads with a role that may read the audited prefix alone", async () => {
    const client = await opened(server.endpoint, user("reader"));
    const { key } = below("/registry/secrets");
    const { revision } = await client.head(key);
    expect(await readFolder(client, "/registry/secrets")).toHaveLength(1);
    expect(await client.compactRevision(key, revision)).toBe(0);
    const events: number[] = [];
    await client.readHistory({
      ...below("/registry/secrets"),
      fromRevision: 1,
      toRevision: revision,
      serverVersion: binaries.version,
      onBatch: (batch) => events.push(batch.count),
    });
    expect(events).toEqual([1]);
    expect((await client.status()).version).toBe(binaries.version);
    expect(await client.members()).toHaveLength(1);
    expect(await client.alarms()).toEqual([]);
  });

  it("tells what that role may not read, and is not refused for anything else", async () => {
    const client = await opened(server.endpoint, user("reader"));
    const denied = { code: "permission-denied" };
    await expect(client.head(below("/registry/configmaps").key)).rejects.toMatchObject(denied);
    const { revision } = await client.head(below("/registry/secrets").key);
    for (const mayStream of [true, false]) {
      await expect(readFolder(client, "/registry/configmaps", { revision, mayStream })).rejects.toMatchObject(denied);
    }
    const watch = { ...below("/registry/configmaps"), fromRevision: 1, toRevision: revision, onBatch: () => undefined };
    await expect(client.readHistory({ ...watch, serverVersion: binaries.version })).rejects.toMatchObject(denied);
    await expect(client.snapshot(0)).rejects.toMatchObject(denied);
    expect(await client.hashes(revision)).toMatchObject([{ kind: "failed", error: denied }]);
  });

  it("lets root take a snapshot and a hash", async () => {
    const client = await opened(server.endpoint, user("root"));
    const { byteLength, chunks } = await client.snapshot(0);
    let received = 0;
    for await (const chunk of chunks) received += chunk.length;
    expect(received).toBe(byteLength);
    expect(await client.hashes(0)).toMatchObject([{ kind: "answered" }]);
  });

  it("tells a wrong password and an unknown user alike, without repeating either", async () => {
    for (const options of [user("reader", "canary-wrong"), user("canary-nobody")]) {
      const error = await opened(server.endpoint, options).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "wrong-password" });
      expect(String(error) + JSON.stringify(error)).not.toContain("canary");
    }
  });

  it("tells that a user is wanted", async () => {
    const client = await opened(server.endpoint);
    await expect(client.head(below("/registry/secrets").key)).rejects.toMatchObject({ code: "user-required" });
  });

  it("renews a token that has expired, for calls and for streams", async () => {
    const client = await opened(server.endpoint, user("root"));
    const { key } = below("/registry/secrets");
    const { revision } = await client.head(key);
    // The server looks for old tokens once a second.
    const expire = () => sleep(TOKEN_SECONDS * 1000 + 1500);
    await expire();
    await client.head(key);
    await expire();
    expect(await readFolder(client, "/registry/secrets", { revision })).toHaveLength(1);
    await expire();
    const snapshot = await client.snapshot(0);
    for await (const chunk of snapshot.chunks) expect(chunk.length).toBeGreaterThan(0);
    await expire();
    expect((await client.status()).version).toBe(binaries.version);
  });

  it("goes on without a token where a password is given and authentication is off", async () => {
    const open = await EtcdServer.start(binaries);
    onTestFinished(() => open.close());
    const client = await opened(open.endpoint, user("anyone"));
    expect((await client.head(below("/registry/secrets").key)).revision).toBe(1);
  });

  it("takes the client certificate's name for the user", async () => {
    const folder = await mkdtemp(join(tmpdir(), "etcd-certificates-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const authority = await CertificateAuthority.create(folder);
    const certificate = await authority.issue({ name: "server", usage: "server" });
    const [root, reader] = await Promise.all(
      ["root", "reader"].map((name) => authority.issue({ name, usage: "client" })),
    );
    if (root === undefined || reader === undefined) throw new Error("no certificates");
    const mutual = await EtcdServer.start(binaries, { tls: { ...certificate, clientAuthority: authority.file } });
    onTestFinished(() => mutual.close());
    await guarded(mutual, "--cacert", authority.file, "--cert", root.certificate, "--key", root.key);
    const client = await opened(mutual.endpoint, {
      tls: {
        authorities: await readFile(authority.file),
        certificate: await readFile(reader.certificate),
        key: new Secret(await readFile(reader.key, "utf8")),
      },
    });
    expect(await readFolder(client, "/registry/secrets")).toHaveLength(1);
    await expect(client.head(below("/registry/configmaps").key)).rejects.toMatchObject({ code: "permission-denied" });
  });
});
