import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { addConnectionFlags, type ConnectionFlags, connectionOptions } from "../../src/cli/connection-flags.ts";
import type { ConnectionOptions } from "../../src/model/connection-options.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "connection-flags-"));
  await writeFile(join(folder, "ca.crt"), "an authority");
  await writeFile(join(folder, "password"), "from-the-file\n");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("ETCDCTL_")) vi.stubEnv(name, undefined);
});

afterEach(() => vi.unstubAllEnvs());

function options(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ConnectionOptions> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const command = addConnectionFlags(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  command.parse(args, { from: "user" });
  return connectionOptions(command.opts<ConnectionFlags>());
}

describe("connection flags", () => {
  it("are etcdctl's, with its defaults", async () => {
    expect(await options([])).toEqual({
      endpoints: ["127.0.0.1:2379"],
      tls: {},
      insecureSkipTlsVerify: false,
      user: null,
      dialTimeout: 2_000,
      commandTimeout: 5_000,
      maxBytesPerSecond: null,
    });
  });

  it("are read, several endpoints among them", async () => {
    const read = await options([
      ...["--endpoints", "a:1, https://b:2,", "--cacert", join(folder, "ca.crt"), "--insecure-skip-tls-verify"],
      ...["--dial-timeout", "1m", "--command-timeout", "250ms", "--max-bytes-per-second", "1000"],
    ]);
    expect(read).toMatchObject({ endpoints: ["a:1", "https://b:2"], insecureSkipTlsVerify: true });
    expect(read).toMatchObject({ dialTimeout: 60_000, commandTimeout: 250, maxBytesPerSecond: 1000 });
    expect(Buffer.from(read.tls.authorities ?? []).toString()).toBe("an authority");
  });

  it("come before the environment, and an empty variable is none", async () => {
    const env = { ETCDCTL_ENDPOINTS: "env:1", ETCDCTL_CACERT: "", ETCDCTL_DIAL_TIMEOUT: "9s" };
    expect(await options([], env)).toMatchObject({ endpoints: ["env:1"], tls: {}, dialTimeout: 9_000 });
    expect(await options(["--endpoints", "flag:1"], env)).toMatchObject({ endpoints: ["flag:1"] });
  });

  it.each([
    ["true", true],
    ["1", true],
    ["T", true],
    ["false", false],
    ["0", false],
    ["", false],
  ])("ETCDCTL_INSECURE_SKIP_TLS_VERIFY=%s is %s", async (value, expected) => {
    const read = await options([], { ETCDCTL_INSECURE_SKIP_TLS_VERIFY: value });
    expect(read.insecureSkipTlsVerify).toBe(expected);
  });

  it("ETCDCTL_INSECURE_SKIP_TLS_VERIFY of no meaning is refused", async () => {
    await expect(options([], { ETCDCTL_INSECURE_SKIP_TLS_VERIFY: "yes" })).rejects.toThrow(/neither true nor false/);
  });
});

describe("user and password", () => {
  const cases: readonly (readonly [string[], Record<string, string>, string, string])[] = [
    [["--user", "a:b:c"], {}, "a", "b:c"],
    [["--user", "a:b", "--password", "p"], {}, "a:b", "p"],
    [["--user", "a"], { ETCDCTL_PASSWORD: "p" }, "a", "p"],
    [[], { ETCDCTL_USER: "a:p" }, "a", "p"],
    [["--user", "a:"], {}, "a", ""],
  ];

  it.each(cases)("%j with %j", async (args, env, name, password) => {
    const { user } = await options(args, env);
    expect([user?.name, user?.password.reveal()]).toEqual([name, password]);
  });

  it("a password file comes before the environment", async () => {
    const file = ["--user", "a", "--password-file", join(folder, "password")];
    expect((await options(file, { ETCDCTL_PASSWORD: "p" })).user?.password.reveal()).toBe("from-the-file");
  });

  it("never show the password", async () => {
    const read = await options(["--user", "a:hush-hush"]);
    expect(`${inspect(read, { depth: 9 })}${JSON.stringify(read)}`).not.toContain("hush-hush");
  });

  it("refuse what is incomplete", async () => {
    await expect(options(["--user", "a"])).rejects.toThrow(/comes without a password/);
    await expect(options(["--user", "a", "--password-file", join(folder, "none")])).rejects.toThrow(/ENOENT/);
    await expect(options(["--cert", join(folder, "ca.crt")])).rejects.toThrow(/go together/);
    await expect(options(["--endpoints", ","])).rejects.toThrow(/names no endpoint/);
  });
});
