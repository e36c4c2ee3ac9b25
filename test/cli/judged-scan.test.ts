import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { block, configurationText, KEY_A, KEY_B, local } from "../configuration/read.ts";
import { FIXTURES } from "../corpus/repository-corpus.ts";
import { runProgram } from "../corpus/run-program.ts";
import { expectOneLine } from "./messages.ts";

const folder = mkdtempSync(join(tmpdir(), "judged-scan-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SCENARIO = join(FIXTURES, "v-kubermatic-too-early");
const SNAPSHOT = join(SCENARIO, "removed-too-early.db.gz");
const IN_FORCE = join(SCENARIO, "encryption-config.04-old-removed.yaml");

interface Report {
  readonly verdict: string;
  readonly exitCode: number;
  readonly resources: readonly string[];
  readonly configs: readonly { readonly path: string; readonly resources: readonly { readonly writeKey: string }[] }[];
  readonly looked: { readonly configuration: boolean; readonly decrypted: Readonly<Record<string, number>> };
  readonly summary: { readonly findings: { readonly byKind: Readonly<Record<string, number>> } };
  readonly sources: readonly { readonly incompleteReasons: readonly string[] }[];
}

async function report(...args: readonly string[]): Promise<Report> {
  const { stdout, stderr } = await runProgram(["scan", ...args, "-o", "json"]);
  if (stdout.length === 0) throw new Error(stderr);
  return JSON.parse(stdout.toString()) as Report;
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

describe("a scan that is given the configuration in force", () => {
  test("audits what it encrypts, opens what its keys open and names what they don't", async () => {
    const result = await report(SNAPSHOT, "--encryption-config", IN_FORCE);
    expect(result.resources).toEqual(["secrets", "widgets.example.com"]);
    expect(result.looked).toMatchObject({ configuration: true, decrypted: { verified: 19, plausible: 0 } });
    expect(result.summary.findings.byKind).toMatchObject({ "unreadable-value": 9 });
    expect(result.configs[0]?.resources[0]?.writeKey).toBe("secretbox/encryption-key-2022-02");
    expect([result.verdict, result.exitCode]).toEqual(["fail", 1]);
  });

  test("opens nothing with --no-decrypt and tells the same by names", async () => {
    const result = await report(SNAPSHOT, "--encryption-config", IN_FORCE, "--no-decrypt");
    expect(result.looked.decrypted).toMatchObject({ verified: 0, plausible: 0 });
    expect(result.summary.findings.byKind).toMatchObject({ "unreadable-value": 9 });
  });

  test("tells a swapped pair of keys, whose names are right, as what does not decrypt", async () => {
    const swapped = ["encryption-key-2022-02", "encryption-key-2022-01"];
    const text = configurationText(
      block(
        "secrets",
        local("secretbox", ...swapped.map((name, index) => [name, [KEY_A, KEY_B][index] ?? ""] as const)),
      ),
    );
    const result = await report(SNAPSHOT, "--encryption-config", file("swapped.yaml", text));
    expect(result.summary.findings.byKind["decryption-failed"]).toBe(20);
  });

  test("compares the files of several API servers", async () => {
    const other = join(SCENARIO, "encryption-config.05-old-back.yaml");
    const result = await report(SNAPSHOT, "--encryption-config", IN_FORCE, "--encryption-config", other);
    expect(result.configs).toHaveLength(2);
    // One server can read them, the other can't: requests fail now and then.
    expect(result.summary.findings.byKind).toMatchObject({ "unreadable-value": 9 });
    expect(result.summary.findings.byKind["config-servers-differ"]).toBeGreaterThan(0);
  });

  test("scans nothing where the API server refuses it: one line with the file's line, and no key", async () => {
    const path = join(FIXTURES, "documentation/kubernetes-1.11-kms.yaml");
    const run = await runProgram(["scan", SNAPSHOT, "--encryption-config", path]);
    expect([run.status, run.stdout.toString()]).toEqual([2, ""]);
    expectOneLine(run.stderr);
    expect(run.stderr).toContain(`${path}, line 11: `);
    const text = readFileSync(IN_FORCE, "utf8");
    const secret = /secret: (\S{20,})/.exec(text)?.[1] ?? "";
    expect(secret).not.toBe("");
    const broken = file("broken.yaml", text.replace(/secret: /g, "secret: $"));
    const refused = await runProgram(["scan", SNAPSHOT, "--encryption-config", broken]);
    expect(refused.status).toBe(2);
    expect(refused.stderr).not.toContain(secret.slice(0, 8));
  });

  test("reads standard input for one thing only", async () => {
    const run = await runProgram(["scan", "-", "--encryption-config", "-"]);
    expect(run.status).toBe(2);
    expectOneLine(run.stderr);
  });
});

describe("a scan that is given the API server's manifest", () => {
  const etc = join(folder, "host/etc/kubernetes");
  mkdirSync(etc, { recursive: true });
  const flags = (...lines: readonly string[]) =>
    file("flags", `${["--etcd-servers=https://127.0.0.1:2379", ...lines].join("\n")}\n`);

  test("finds the configuration under --root", async () => {
    writeFileSync(join(etc, "enc.yaml"), readFileSync(IN_FORCE));
    const manifest = flags("--encryption-provider-config=/etc/kubernetes/enc.yaml");
    const result = await report(SNAPSHOT, "--from-manifest", manifest, "--root", join(folder, "host"));
    expect(result.configs.map(({ path }) => path)).toEqual([join(etc, "enc.yaml")]);
  });

  test("that names none takes it that none is in force: nothing encrypted can be read", async () => {
    const result = await report(SNAPSHOT, "--from-manifest", flags());
    expect(result.looked.configuration).toBe(true);
    expect(result.summary.findings.byKind).toMatchObject({ "config-secrets-not-covered": 1, "unreadable-value": 20 });
  });

  test("looks under its prefix", async () => {
    const result = await report(SNAPSHOT, "--from-manifest", flags("--etcd-prefix=/elsewhere"));
    expect([result.exitCode, result.sources[0]?.incompleteReasons.join()]).toEqual([
      3,
      expect.stringContaining("/elsewhere"),
    ]);
  });

  test("is incomplete where an audited resource lies in another etcd, not where another one does", async () => {
    const events = flags("--etcd-servers-overrides=/events#https://10.0.0.2:2379");
    expect((await report(SNAPSHOT, "--from-manifest", events)).verdict).toBe("fail");
    const secrets = flags("--etcd-servers-overrides=/secrets#https://10.0.0.2:2379");
    const result = await report(SNAPSHOT, "--from-manifest", secrets);
    expect([result.exitCode, result.verdict]).toEqual([3, "incomplete"]);
    expect(result.sources[0]?.incompleteReasons.join()).toContain("10.0.0.2:2379");
  });

  test("needs one for --root", async () => {
    const run = await runProgram(["scan", SNAPSHOT, "--root", folder]);
    expect(run.status).toBe(2);
    expectOneLine(run.stderr);
  });
});
