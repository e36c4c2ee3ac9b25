import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SAMPLE } from "../corpus/repository-corpus.ts";
import { expectOneLine } from "./messages.ts";
import { type Ended, run } from "./run-command-line.ts";

let root: string;
let folder: string;
let file: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "metrics-"));
});

beforeEach(() => {
  folder = mkdtempSync(join(root, "run-"));
  file = join(folder, "etcd.prom");
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** The values of the metrics that stand once in the file. */
function metrics(): Record<string, number> {
  const lines = readFileSync(file, "utf8").matchAll(/^etcd_encryption_scan_(\w+)\{cluster="c1"\} (\S+)$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name, Number(value)]));
}

function scanned(args: readonly string[], seconds: number): Ended {
  return run(["scan", "--cluster", "c1", "-o", `prometheus=${file}`, ...args], { SOURCE_DATE_EPOCH: String(seconds) });
}

test("each run replaces the file whole, whatever its exit code, and keeps the time of the last success", () => {
  expect(scanned([SAMPLE], 1000).status).toBe(1);
  expect(metrics()).toEqual({
    exit_code: 1,
    complete: 1,
    duration_seconds: 0,
    last_attempt_timestamp_seconds: 1000,
    last_success_timestamp_seconds: 1000,
  });
  expect(readFileSync(file, "utf8")).toContain("etcd_encryption_values{");

  const cut = join(folder, "cut.db");
  const whole = gunzipSync(readFileSync(SAMPLE));
  writeFileSync(cut, whole.subarray(0, whole.length - 20_000));
  expect(scanned([cut], 2000).status).toBe(3);
  expect(metrics()).toMatchObject({
    exit_code: 3,
    complete: 0,
    last_attempt_timestamp_seconds: 2000,
    last_success_timestamp_seconds: 1000,
  });

  expect(scanned([join(folder, "absent.db")], 3000).status).toBe(2);
  expect(metrics()).toEqual({
    exit_code: 2,
    complete: 0,
    duration_seconds: 0,
    last_attempt_timestamp_seconds: 3000,
    last_success_timestamp_seconds: 1000,
  });
  expect(readFileSync(file, "utf8")).not.toContain("etcd_encryption_values{");

  expect(scanned([SAMPLE, "--level", "plaintext-value=off", "--level", "plaintext-revision=off"], 4000).status).toBe(0);
  expect(metrics()).toMatchObject({ exit_code: 0, last_success_timestamp_seconds: 4000 });
  expect(readdirSync(folder).sort()).toEqual(["cut.db", "etcd.prom"]);
});

test("others can read the file, as node_exporter has to, however the run ended", () => {
  for (const path of [SAMPLE, "/absent.db"]) {
    scanned([path], 1000);
    expect(statSync(file).mode & 0o777).toBe(0o666 & ~process.umask() & ~0o022);
  }
});

describe("a run that could not begin says so in the metrics too", () => {
  test.each([
    ["a flag that is none", ["--no-such-flag", "x"]],
    ["a value that is none", [SAMPLE, "--level", "plaintext-value=fatal"]],
    ["a flag of a later version", [SAMPLE, "--baseline", "x.json"]],
    ["a password file that is not there", ["--user", "root", "--password-file", "/absent/password"]],
    ["an endpoint where nobody answers", ["--endpoints", "http://127.0.0.1:1", "--dial-timeout", "1s"]],
    ["another report that can't be written", [SAMPLE, "-o", "json=/absent/folder/report.json"]],
  ])("%s", (_, args) => {
    const { status, stdout, stderr } = scanned(args, 1000);
    expect([status, stdout]).toEqual([2, ""]);
    expectOneLine(stderr);
    expect(metrics()).toMatchObject({ exit_code: 2, complete: 0, last_attempt_timestamp_seconds: 1000 });
  });

  test.each([["-oprometheus=FILE"], ["--output=prometheus=FILE"], ["--output prometheus=FILE"]])(
    "however the flag is written: %s",
    (flag) => {
      run(["scan", "/absent.db", "--cluster=c1", ...flag.replace("FILE", file).split(" ")]);
      expect(metrics()).toMatchObject({ exit_code: 2 });
    },
  );

  test("on standard output, where they were to go there", () => {
    const { status, stdout } = run(["scan", "/absent.db", "-o", "prometheus"]);
    expect(status).toBe(2);
    expect(stdout).toContain('etcd_encryption_scan_exit_code{cluster=""} 2\n');
  });

  test("lint-config as well", () => {
    run(["lint-config", "/absent.yaml", "--cluster", "c1", "-o", `prometheus=${file}`]);
    expect(metrics()).toMatchObject({ exit_code: 2, complete: 0 });
  });
});

describe("nothing is lost to a run that could not begin", () => {
  test("a file of something else stays as it is", () => {
    writeFileSync(file, "notes of mine\n");
    expect(scanned(["/absent.db"], 1000).status).toBe(2);
    expect(readFileSync(file, "utf8")).toBe("notes of mine\n");
  });

  test("so does one that is named for another format as well", () => {
    writeFileSync(file, '{"schemaVersion":"1.0"}\n');
    expect(scanned([SAMPLE, "-o", `json=${file}`], 1000).status).toBe(2);
    expect(readFileSync(file, "utf8")).toBe('{"schemaVersion":"1.0"}\n');
  });

  test("--help and --version write nothing", () => {
    for (const flag of ["--help", "--version"]) scanned([flag], 1000);
    expect(readdirSync(folder)).toEqual([]);
  });
});
