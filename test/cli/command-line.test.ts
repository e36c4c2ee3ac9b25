import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FORMATS } from "../../src/report/index.ts";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import type { JsonReport } from "../corpus/program-output.ts";
import { SAMPLE } from "../corpus/repository-corpus.ts";
import { expectOneLine, plaintextSecret } from "./messages.ts";
import { run } from "./run-command-line.ts";

const BUILT = FORMATS;
const CUSTOM_PREFIX_RECORDS = [
  { revision: 2, key: "/custom/registry/secrets/team-a/one", value: plaintextSecret() },
  { revision: 3, key: "/custom/registry/secrets/team-b/two", value: plaintextSecret() },
  { revision: 4, key: "/custom/registry/configmaps/team-a/three", value: plaintextSecret() },
  { revision: 5, key: "/custom/registry/secrets/team-a/one", value: plaintextSecret(300) },
];
let folder: string;
let customPrefix: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "command-line-"));
  customPrefix = join(folder, "custom-prefix.db");
  writeFileSync(customPrefix, etcdSnapshot({ records: CUSTOM_PREFIX_RECORDS }).bytes);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Scans with some flags and gives the exit code and the JSON report. */
function scanned(
  path: string,
  flags: readonly string[],
): { readonly status: number | null; readonly report: JsonReport } {
  const { status, stdout } = run(["scan", path, "-o", "json", ...flags]);
  return { status, report: JSON.parse(stdout) as JsonReport };
}

function keysOf(flags: readonly string[]): readonly string[] {
  const { stdout } = run(["scan", customPrefix, "-o", "keys", "--prefix", "/custom/registry", ...flags]);
  return stdout.split("\n").filter((line) => line !== "");
}

describe("what is scanned", () => {
  test.each(["/custom/registry", "custom/registry", "/custom/registry/"])("--prefix %s", (prefix) => {
    const { status, report } = scanned(customPrefix, ["--prefix", prefix]);
    expect(status).toBe(1);
    expect(report.sources[0]?.incompleteReasons).toEqual([]);
    expect(report.summary.head).toMatchObject({ total: 2, plaintext: 2 });
    expect(report.summary.history.total).toBe(1);
  });

  test("the default prefixes, and a warning of what lies elsewhere", () => {
    const { status, report } = scanned(customPrefix, []);
    expect(status).toBe(3);
    expect(JSON.stringify(report.sources[0]?.incompleteReasons)).toContain("add --prefix /custom/registry");
  });

  test("--resource and --all-resources: the one is audited, the other counted", () => {
    expect(keysOf([])).toHaveLength(2);
    expect(keysOf(["--resource", "configmaps"])).toContain("/custom/registry/configmaps/team-a/three");
    expect(keysOf(["--all-resources"])).toHaveLength(2);
    const { report } = scanned(customPrefix, ["--prefix", "/custom/registry", "--all-resources"]);
    expect(report.summary.head.total).toBe(3);
  });

  test("--namespace, once and twice", () => {
    expect(keysOf(["--namespace", "team-b"])).toEqual(["/custom/registry/secrets/team-b/two"]);
    expect(keysOf(["--namespace", "team-b", "--namespace", "team-a"])).toHaveLength(2);
  });

  test("--history is the default of a file, --no-history leaves superseded revisions out and says so", () => {
    const flags = ["--prefix", "/custom/registry"];
    expect(scanned(customPrefix, [...flags, "--history"]).report.summary.history.total).toBe(1);
    const { report } = scanned(customPrefix, [...flags, "--no-history"]);
    expect(report.summary.history.total).toBe(0);
    expect(report).toMatchObject({ looked: { head: true, history: false } });
    expect(run(["scan", customPrefix, ...flags, "--no-history"]).stdout.split("\n")[0]).toContain("superseded");
  });

  test("--no-residue asks for what is the case: freed pages are not looked at", () => {
    const { status, report } = scanned(SAMPLE, ["--no-residue"]);
    expect(status).toBe(1);
    expect(report).toMatchObject({ looked: { freePages: false, tail: false, wal: false } });
  });

  test("--cluster names the report", () => {
    expect(scanned(SAMPLE, ["--cluster", "prod-eu"]).report).toMatchObject({ cluster: "prod-eu" });
    expect(scanned(SAMPLE, []).report).toMatchObject({ cluster: null });
  });
});

describe("policy changes the exit code and is recorded, and never the verdict", () => {
  test.each([
    [["--level", "plaintext-value=off", "--level", "plaintext-revision=off"], 0],
    [["--level", "plaintext-value=note", "--level", "plaintext-revision=warning"], 0],
    [["--level", "plaintext-value=note", "--level", "plaintext-revision=warning", "--fail-on", "warning"], 1],
    [["--level", "plaintext-value=note", "--level", "plaintext-revision=off", "--fail-on", "note"], 1],
    [["--level", "plaintext-value=off"], 1],
    [["--fail-on", "note"], 1],
    [["--fail-on", "error"], 1],
  ])("%j is exit %d", (flags, status) => {
    const ended = scanned(SAMPLE, flags);
    expect(ended.status).toBe(status);
    expect(ended.report).toMatchObject({ verdict: "fail", exitCode: status });
  });

  test("the report tells the policy", () => {
    const { report } = scanned(SAMPLE, ["--fail-on", "warning", "--level", "no-secrets-stored=error"]);
    expect(report).toMatchObject({ policy: { failOn: "warning", levels: { "no-secrets-stored": "error" } } });
  });

  test("the last --level of a kind counts", () => {
    const flags = ["plaintext-revision=off", "plaintext-value=error", "plaintext-value=off"];
    expect(
      scanned(
        SAMPLE,
        flags.flatMap((level) => ["--level", level]),
      ).status,
    ).toBe(0);
  });

  test.each([
    [["--level", "plaintext-value"], "--level"],
    [["--level", "plaintext-value=off=note"], "--level"],
    [["--level", "plaintext-value=fatal"], "off, note, warning, error"],
    [["--level", "no-such-kind=off"], "plaintext-value"],
    [["--fail-on", "off"], "error, warning, note"],
    [["--namespace", ""], "--namespace"],
    [["--prefix", ""], "--prefix"],
    [["--cluster", ""], "--cluster"],
    [["--resource", "Secrets"], "--resource"],
    [["--resource", "secrets."], "--resource"],
    [["-o", "json="], "-o"],
  ])("%j is refused in one line that names it", (flags, named) => {
    const { status, stdout, stderr } = run(["scan", SAMPLE, ...flags]);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expectOneLine(stderr);
    expect(stderr).toContain(named);
    expect(stderr).not.toContain(".;");
  });
});

describe("reports", () => {
  test("several in one scan: each file as if it were the only one, and one on standard output", () => {
    const env = { SOURCE_DATE_EPOCH: "1700000000" };
    const inFiles = BUILT.filter((format) => format !== "table");
    const target = mkdtempSync(join(folder, "several-"));
    const several = run(
      ["scan", SAMPLE, "-o", "table", ...inFiles.flatMap((format) => ["-o", `${format}=${join(target, format)}`])],
      env,
    );
    expect(several.status).toBe(1);
    expect(several.stdout).toBe(run(["scan", SAMPLE], env).stdout);
    expect(readdirSync(target).sort()).toEqual([...inFiles].sort());
    for (const format of inFiles)
      expect(readFileSync(join(target, format), "utf8")).toBe(run(["scan", SAMPLE, "-o", format], env).stdout);
  });

  test.each([
    ["one.txt", "one.txt"],
    ["one.txt", "./one.txt"],
    ["one.txt", "sub/../one.txt"],
  ])("two to one file are refused, however it is spelled: %s and %s", (first, second) => {
    const paths = [`${folder}/${first}`, `${folder}/${second}`];
    const { status, stderr } = run(["scan", SAMPLE, "-o", `json=${paths[0]}`, "-o", `csv=${paths[1]}`]);
    expect(status).toBe(2);
    expect(stderr).toContain("one file");
    expect(existsSync(join(folder, "one.txt"))).toBe(false);
  });

  test.each(BUILT)("%s: the same input gives the same bytes when the time is fixed", (format) => {
    const args = ["scan", SAMPLE, "--all-resources", "-o", format];
    const [first, second] = [1, 2].map(() => run(args, { SOURCE_DATE_EPOCH: "1700000000" }));
    expect(first?.stdout).not.toBe("");
    expect(second).toEqual(first);
  });

  test("without a fixed time the report tells the present one", () => {
    const before = Date.now() - 1000;
    const { startedAt } = scanned(SAMPLE, []).report as JsonReport & { readonly startedAt: string };
    expect(Date.parse(startedAt)).toBeGreaterThan(before);
    const fixed = run(["scan", SAMPLE, "-o", "json"], { SOURCE_DATE_EPOCH: "1700000000" }).stdout;
    expect(JSON.parse(fixed)).toMatchObject({ startedAt: "2023-11-14T22:13:20.000Z" });
  });

  test("a report that can't be written leaves no other behind, and standard output empty", () => {
    const first = join(folder, "first.json");
    const args = ["scan", SAMPLE, "-o", "table", "-o", `json=${first}`, "-o", `csv=${join(folder, "absent", "x.csv")}`];
    const { status, stdout } = run(args);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(existsSync(first)).toBe(false);
  });
});
