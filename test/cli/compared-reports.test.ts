import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DiffReport, diffJsonSchema } from "../../src/report/diff-schema.ts";
import type { Report } from "../../src/report/schema.ts";
import { PACKAGE_FOLDER } from "../corpus/run-program.ts";
import { canaryForms, leaksIn } from "./leaks.ts";
import { type Ended, run } from "./run-command-line.ts";

const FIXTURES = join(PACKAGE_FOLDER, "test/fixtures");
const CANARIES = canaryForms();
const isValidDiff = new Ajv2020({ formats: { "date-time": true } }).compile(diffJsonSchema());
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "compared-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Scans a fixture into a JSON report and tells its path. */
function scanned(point: string, ...flags: readonly string[]): string {
  const path = join(folder, `${[point, ...flags].join("-").replaceAll("/", "-")}.json`);
  if (existsSync(path)) return path;
  const { status } = run(["scan", join(FIXTURES, `${point}.db.gz`), "-o", `json=${path}`, ...flags]);
  expect([0, 1]).toContain(status);
  return path;
}

function diffed(older: string, newer: string, ...flags: readonly string[]): Ended & { readonly report: DiffReport } {
  const ended = run(["diff", older, newer, "-o", "json", ...flags]);
  const report = JSON.parse(ended.stdout) as DiffReport;
  expect([isValidDiff(report), isValidDiff.errors]).toEqual([true, null]);
  expect(report.exitCode).toBe(ended.status);
  expect(leaksIn(Buffer.from(ended.stdout), CANARIES)).toEqual([]);
  return { ...ended, report };
}

describe("diff of real scans", () => {
  test("shows a rotation: the values that were rewritten are fixed, and their old revisions are what is new", () => {
    const { status, report } = diffed(scanned("h-wildcard/turned-on"), scanned("h-wildcard/rewritten"));
    expect(status).toBe(1);
    const { byKind } = report.summary;
    expect(byKind["plaintext-value"]).toMatchObject({ new: 0, notLookedAt: 0 });
    expect(byKind["plaintext-value"]?.fixed).toBeGreaterThan(0);
    expect(byKind["plaintext-revision"]?.new).toBeGreaterThanOrEqual(byKind["plaintext-value"]?.fixed ?? Infinity);
  });

  test("shows what defragmentation removed", () => {
    const [before, after] = ["compacted-not-defragmented", "defragmented"].map((point) =>
      scanned(`i-compact-defrag/${point}`),
    );
    const { report } = diffed(before ?? "", after ?? "");
    expect(report.summary.byKind["plaintext-residue"]?.fixed).toBeGreaterThan(0);
    expect(report.summary.notLookedAt).toBe(0);
  });

  test("calls nothing fixed that the newer scan was told to leave out", () => {
    const older = scanned("i-compact-defrag/compacted-not-defragmented");
    const { status, report } = diffed(older, scanned("i-compact-defrag/compacted-not-defragmented", "--no-residue"));
    expect(status).toBe(0);
    expect(report.summary).toMatchObject({ new: 0, fixed: 0 });
    expect(report.summary.notLookedAt).toBeGreaterThan(0);
    expect(report.differences.map(({ kind }) => kind)).toContain("no-longer-looked-at");
  });

  test("nor what lies in a namespace that it was not asked for", () => {
    const { report } = diffed(scanned("a-plaintext/later"), scanned("a-plaintext/later", "--namespace", "payments"));
    expect(report.summary).toMatchObject({ new: 0, fixed: 0 });
    const { findings } = report;
    expect(
      findings.filter(({ change }) => change === "not-looked-at").every((row) => row.namespace !== "payments"),
    ).toBe(true);
    expect(findings.some(({ change, namespace }) => change === "remaining" && namespace === "payments")).toBe(true);
  });

  test("tells stale values only where a configuration was given both times, and says that it is another one", () => {
    const config = (name: string) => join(FIXTURES, `c-aescbc-rotation/encryption-config.${name}.yaml`);
    const scan = (...flags: readonly string[]) => scanned("c-aescbc-rotation/partly-rotated", ...flags);
    const before = scan("--encryption-config", config("02-key1-key2"), "--cluster", "before");
    const after = scan("--encryption-config", config("03-key2-key1"), "--cluster", "after");
    const turned = diffed(before, after).report;
    const { byKind } = turned.summary;
    expect(turned.differences.map(({ kind }) => kind)).toEqual(["cluster-names", "configurations"]);
    expect(byKind["stale-key"]?.new).toBeGreaterThan(0);
    expect(byKind["stale-key"]?.fixed).toBeGreaterThan(0);
    const { summary } = diffed(after, scan()).report;
    expect(summary.byKind["stale-key"]).toEqual({
      new: 0,
      notLookedAt: byKind["stale-key"]?.new,
      fixed: 0,
      remaining: 0,
    });
  });

  test("of a report and itself is empty: 0", () => {
    const path = scanned("j-mixed/with-raw-values");
    const { status, report } = diffed(path, path);
    expect(status).toBe(0);
    expect(report.findings.every(({ change }) => change === "remaining")).toBe(true);
  });

  test("an incomplete newer report is the first thing that is said: 3", () => {
    const older = scanned("a-plaintext/later");
    const newer = join(folder, "incomplete.json");
    const named = ["--resource", "no-such-things", "-o", `json=${newer}`];
    expect(run(["scan", join(FIXTURES, "a-plaintext/later.db.gz"), ...named]).status).toBe(3);
    const { status, stdout } = run(["diff", older, newer]);
    expect(status).toBe(3);
    expect(stdout.split("\n")[0]).toBe(
      `UNKNOWN: ${newer} is incomplete, so nothing counts as fixed for not being in it: 0 new, 0 fixed, 50 remaining`,
    );
  });

  test("a report that ends in the middle, or is none, is 2 and one line", () => {
    const whole = scanned("a-plaintext/later");
    for (const path of [join(PACKAGE_FOLDER, "package.json"), "missing.json", folder]) {
      const { status, stdout, stderr } = run(["diff", whole, path]);
      expect([status, stdout, stderr.split("\n").length]).toEqual([2, "", 2]);
      expect(stderr).toContain(path);
    }
    expect(run(["diff", whole]).status).toBe(2);
    expect(run(["diff", whole, whole, "-o", "keys"]).status).toBe(2);
  });
});

describe("--baseline", () => {
  const LATER = join(FIXTURES, "a-plaintext/later.db.gz");

  test("of the same scan lets it pass with the verdict as it is; of an earlier one it does not", () => {
    const path = join(folder, "with-baseline.json");
    const flags = ["-o", `json=${path}`, "-o", "table"];
    const same = run(["scan", LATER, "--baseline", scanned("a-plaintext/later"), ...flags]);
    expect(same.status).toBe(0);
    expect(same.stdout).toMatch(/^FAIL/);
    expect(same.stdout).toContain("50 of 50 findings are in the baseline");
    const { policy, verdict, exitCode } = JSON.parse(readFileSync(path, "utf8")) as Report;
    expect({ verdict, exitCode }).toEqual({ verdict: "fail", exitCode: 0 });
    expect(policy).toMatchObject({ baselineSha256: expect.stringMatching(/^[0-9a-f]{64}$/), findingsInBaseline: 50 });
    const earlier = run(["scan", LATER, "--baseline", scanned("a-plaintext/fresh"), ...flags]);
    expect(earlier.status).toBe(1);
    expect(earlier.stdout).toContain("30 of 50 findings are in the baseline");
  });

  test("that can't be read is 2, before anything is scanned", () => {
    const { status, stdout, stderr } = run(["scan", LATER, "--baseline", "missing.json"]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("missing.json");
  });

  test("goes with lint-config", () => {
    const file = join(FIXTURES, "b-identity-to-aescbc/encryption-config.02-aescbc-on.yaml");
    const path = join(folder, "lint.json");
    const lint = ["lint-config", file, "--fail-on", "note"];
    expect(run([...lint, "-o", `json=${path}`]).status).toBe(1);
    expect(run([...lint, "--baseline", path]).status).toBe(0);
    expect(run([...lint, "--baseline", scanned("a-plaintext/later")]).status).toBe(2);
  });
});

describe("merge of real scans", () => {
  test("has the worst first and exits with the worst", () => {
    const paths = [
      scanned("d-secretbox/compacted", "--cluster", "good"),
      scanned("a-plaintext/later", "--cluster", "bad"),
      "missing.json",
    ];
    const { status, stdout, stderr } = run(["merge", ...paths, "-o", "json"]);
    expect(status).toBe(2);
    expect(stderr).toContain("left out: missing.json: no such file");
    const { clusters } = JSON.parse(stdout) as Report;
    expect(clusters?.map(({ cluster, path }) => cluster ?? path)).toEqual(["missing.json", "bad", "good"]);
    expect(leaksIn(Buffer.from(stdout), CANARIES)).toEqual([]);
    expect(run(["merge", ...paths.slice(0, 2)]).status).toBe(1);
    expect(run(["merge", ...paths.slice(0, 1)]).status).toBe(0);
  });

  test("refuses the formats that are of one cluster, and needs a report", () => {
    const path = scanned("d-secretbox/compacted");
    for (const format of ["inventory", "keys", "keys0"]) expect(run(["merge", path, "-o", format]).status).toBe(2);
    expect(run(["merge"]).status).toBe(2);
    expect(run(["merge", "missing.json"])).toMatchObject({ status: 2, stdout: "" });
  });
});
