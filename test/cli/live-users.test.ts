import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeLive } from "../etcd/live.ts";
import { EtcdServer } from "../etcd/server.ts";
import { EtcdWriter } from "../etcd/writer.ts";
import { expectUnusable, reasonsOf, scan, startProgram, startScan } from "./live-program.ts";
import { expectOneLine, plaintextSecret } from "./messages.ts";

const PASSWORD = "correct-horse-battery";

describeLive("users and roles", (binaries) => {
  let server: EtcdServer;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "live-users-"));
    server = await EtcdServer.start(binaries, { flags: ["--auth-token-ttl=2"] });
    const writer = new EtcdWriter(server.endpoint);
    for (let index = 0; index < 1500; index++) {
      const key = `/registry/secrets/team/name-${String(index).padStart(4, "0")}`;
      await writer.putAll([{ key, value: plaintextSecret(1200) }]);
    }
    await writer.put("/registry/configmaps/team/one", plaintextSecret());
    await writer.put("/other/key", "x");
    writer.close();
    const roles = [
      ["secrets", "/registry/secrets/"],
      ["settings", "/registry/configmaps/"],
      ["everything", ""],
      ["elsewhere", "/other/"],
    ] as const;
    await server.etcdctl(["user", "add", `root:${PASSWORD}`]);
    await server.etcdctl(["user", "grant-role", "root", "root"]);
    for (const [name, prefix] of roles) {
      await server.etcdctl(["role", "add", name]);
      await server.etcdctl(["role", "grant-permission", "--prefix=true", name, "read", prefix]);
      await server.etcdctl(["user", "add", `${name}:${PASSWORD}`]);
      await server.etcdctl(["user", "grant-role", name, name]);
    }
    await server.etcdctl(["auth", "enable"]);
  });

  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const as = (user: string) => ["--endpoints", server.endpoint, "--user", `${user}:${PASSWORD}`];

  it("a wrong password, no password and no user are exit 2, and no password is repeated", async () => {
    const wrong = ["--endpoints", server.endpoint, "--user", "secrets:not-the-password"];
    await expectUnusable(wrong, /wrong user name or password/);
    expect((await scan(wrong)).stderr).not.toContain("not-the-password");
    await expectUnusable(["--endpoints", server.endpoint, "--user", "nobody:x"], /wrong user name or password/);
    await expectUnusable(["--endpoints", server.endpoint, "--user", "secrets"], /comes without a password/);
    await expectUnusable(["--endpoints", server.endpoint], /wants a user/);
  });

  it("the password comes from a flag, a file, or the environment", async () => {
    const file = join(folder, "password");
    await writeFile(file, `${PASSWORD}\r\nsecond line\n`);
    const given = ["--endpoints", server.endpoint, "--no-history", "--user", "secrets"];
    expect((await scan([...given, "--password", PASSWORD])).status).toBe(1);
    expect((await scan([...given, "--password-file", file])).status).toBe(1);
    expect((await scan([...given, "--password-file", file], { ETCDCTL_PASSWORD: "another" })).status).toBe(1);
    expect((await scan(given, { ETCDCTL_PASSWORD: PASSWORD })).status).toBe(1);
    const env = { ETCDCTL_USER: `secrets:${PASSWORD}`, ETCDCTL_ENDPOINTS: server.endpoint };
    expect((await scan(["--no-history"], env)).status).toBe(1);
    await writeFile(file, "\n");
    await expectUnusable([...given, "--password-file", file], /begins with an empty line/);
  });

  it("a role for the secrets alone sees them whole, with history, and says what it can't know", async () => {
    const narrow = await scan(as("secrets"));
    const root = await scan(as("root"));
    expect([narrow.status, root.status]).toEqual([1, 1]);
    expect(narrow.inventory).toEqual(root.inventory);
    expect(narrow.report?.verdict).toBe("fail");
    expect(narrow.stderr).toMatch(/under \/kubernetes\.io, \/openshift\.io or outside the prefixes is not known/);
    expectOneLine(narrow.stderr);
    expect(root.stderr).toBe("");
  });

  it("a role for the secrets alone can't answer for another resource, a named prefix, or all of them", async () => {
    for (const flags of [["--resource", "configmaps"], ["--all-resources"], ["--prefix", "/kubernetes.io"]]) {
      const run = await scan([...as("secrets"), ...flags]);
      expect([flags, run.status, run.report?.verdict]).toEqual([flags, 3, "incomplete"]);
      expect(reasonsOf(run).join("\n")).toMatch(/permission denied/);
      expect(run.stderr).toMatch(/may not read this/);
      const secrets = flags[0] === "--resource" ? 1500 : 0;
      expect(run.report?.summary.head.total).toBe(secrets);
    }
  });

  it("a role for other keys, or for no key, is exit 3 and no pass", async () => {
    for (const user of ["elsewhere", "settings"]) {
      const run = await scan(as(user));
      expect([user, run.status, run.report?.verdict]).toEqual([user, 3, "incomplete"]);
      expect(run.stderr).toMatch(/may not read this/);
      expectOneLine(run.stderr);
    }
  });

  it("a token that expires in mid-scan is renewed", async () => {
    const { ended } = await startScan([...as("secrets"), "--no-history", "--max-bytes-per-second", "300000"]);
    const { status, report, stderr } = await ended;
    expect(stderr).toMatch(/is not known/);
    expect([status, report?.summary.head.total]).toEqual([1, 1500]);
  });

  it("only root may have a snapshot: --history beyond what events are good for says so, and reads the live values", async () => {
    const writer = new EtcdWriter(server.endpoint, { auth: { username: "root", password: PASSWORD } });
    const rounds = Array.from({ length: 40 }, () =>
      (async () => {
        for (let index = 0; index < 500; index++) await writer.put("/other/counter", "x");
      })(),
    );
    await Promise.all(rounds);
    writer.close();
    const auto = await scan(as("secrets"));
    expect(auto.status).toBe(1);
    const table = await startProgram(["scan", ...as("secrets")]).ended;
    expect(table.stdout.toString().split("\n")[0]).toMatch(/^FAIL \(not looked at: superseded revisions/);
    expect(auto.report).toMatchObject({ looked: { head: true, history: false } });
    const asked = await scan([...as("secrets"), "--history"]);
    expect([asked.status, asked.report?.summary.head.total]).toEqual([3, 1500]);
    expect(reasonsOf(asked).join()).toMatch(/root role/);
    const root = await scan([...as("root"), "--history"]);
    expect([root.stderr, root.status]).toEqual(["", 1]);
    expect(root.report).toMatchObject({ looked: { history: true } });
    expect(root.inventory).toEqual((await scan([...as("root"), "--no-history"])).inventory);
  });
});
