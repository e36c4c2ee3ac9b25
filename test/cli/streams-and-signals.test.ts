import { execFileSync, spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import type { JsonReport } from "../corpus/program-output.ts";
import { SAMPLE } from "../corpus/repository-corpus.ts";
import { PROGRAM, programEnvironment, runProgram } from "../corpus/run-program.ts";
import { readLines } from "../corpus/scenario-folder.ts";
import { plaintextSecret, secretRecords } from "./messages.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "streams-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("a stream is read like the file it holds", () => {
  const packed = readFileSync(SAMPLE);
  const scanInventory = async (path: string, stdin?: Uint8Array): Promise<string> => {
    const run = await runProgram(
      ["scan", path, "--all-resources", "-o", "inventory"],
      stdin === undefined ? {} : { stdin },
    );
    expect(run.status).toBe(1);
    return run.stdout.toString();
  };

  test("standard input, plain and .gz, and a named pipe", async () => {
    const inventory = await scanInventory(SAMPLE);
    expect(readLines(inventory).length).toBeGreaterThan(150);
    expect(await scanInventory("-", packed)).toBe(inventory);
    expect(await scanInventory("-", gunzipSync(packed))).toBe(inventory);

    const pipe = join(folder, "pipe");
    execFileSync("sh", ["-c", 'mkfifo "$1"', "sh", pipe]);
    const reading = scanInventory(pipe);
    createWriteStream(pipe).end(packed);
    expect(await reading).toBe(inventory);
  });

  test("standard input that ends too early is exit 3", async () => {
    const bytes = gunzipSync(packed);
    const run = await runProgram(["scan", "-", "-o", "json"], { stdin: bytes.subarray(0, bytes.length / 2) });
    expect(run.status).toBe(3);
    expect((JSON.parse(run.stdout.toString()) as JsonReport).verdict).toBe("incomplete");
  });

  test("standard input that holds nothing is exit 2", async () => {
    const run = await runProgram(["scan", "-"]);
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/empty|standard input/i);
  });
});

describe("nothing that was asked for may be missing in silence", () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ["a resource that is none", ["--resource", "secret"], "secret"],
    ["a namespace that holds nothing", ["--namespace", "no-such-namespace"], "no-such-namespace"],
    ["a prefix that holds nothing", ["--prefix", "/other"], "/other"],
  ];

  test.concurrent.each(cases)("%s is exit 3", async (_, flags, named) => {
    const run = await runProgram(["scan", SAMPLE, "-o", "json", ...flags]);
    expect(run.status).toBe(3);
    expect(run.stderr).toContain(named);
    expect((JSON.parse(run.stdout.toString()) as JsonReport).verdict).toBe("incomplete");
  });

  test("an etcd without Kubernetes is exit 3", async () => {
    const path = join(folder, "no-kubernetes.db");
    writeFileSync(path, etcdSnapshot({ records: [{ revision: 2, key: "/app/settings", value: "on" }] }).bytes);
    const run = await runProgram(["scan", path, "-o", "json"]);
    expect(run.status).toBe(3);
    expect((JSON.parse(run.stdout.toString()) as JsonReport).verdict).toBe("incomplete");
  });

  test("an etcd in which nothing was ever stored is exit 3", async () => {
    const path = join(folder, "nothing-stored.db");
    writeFileSync(path, etcdSnapshot({ records: [] }).bytes);
    expect((await runProgram(["scan", path])).status).toBe(3);
  });

  test("a cluster without one secret passes, with a note", async () => {
    const path = join(folder, "no-secrets.db");
    const record = { revision: 2, key: "/registry/configmaps/default/settings", value: plaintextSecret() };
    writeFileSync(path, etcdSnapshot({ records: [record] }).bytes);
    const run = await runProgram(["scan", path, "-o", "json"]);
    const report = JSON.parse(run.stdout.toString()) as JsonReport;
    expect(run.status).toBe(0);
    expect(report.verdict).toBe("pass");
    expect(report.findings.map((finding) => finding.kind)).toContain("no-secrets-stored");
  });
});

describe("a scan that is stopped says so in its exit code", () => {
  const bytes = etcdSnapshot({ records: secretRecords(8000, 500) }).bytes;

  test("the reader of a pipe goes away: 141, and nothing on standard error", async () => {
    const path = join(folder, "many.db");
    writeFileSync(path, bytes);
    const child = spawn(process.execPath, [PROGRAM, "scan", path, "-o", "inventory"], { env: programEnvironment() });
    let stderr = "";
    child.stderr.on("data", (text: Buffer) => {
      stderr += text.toString();
    });
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await ended(child)).toBe(141);
    expect(stderr).toBe("");
  });

  test.each([
    ["plain", bytes],
    [".gz", gzipSync(bytes, { level: 0 })],
  ])("Ctrl-C: 130, and a report marked incomplete (%s standard input)", async (_, stdin) => {
    const reportFile = join(folder, "interrupted.json");
    const child = spawn(process.execPath, [PROGRAM, "scan", "-", "-o", `json=${reportFile}`], {
      env: programEnvironment(),
    });
    let stderr = "";
    child.stderr.on("data", (text: Buffer) => {
      stderr += text.toString();
    });
    // The pipe takes far less than this: once it is written, the scan is under way. The rest never comes.
    await new Promise((resolve) => child.stdin.write(stdin.subarray(0, stdin.length / 2), resolve));
    child.kill("SIGINT");
    expect(await ended(child)).toBe(130);
    expect(stderr).not.toMatch(/^\s+at /m);
    const report = JSON.parse(readFileSync(reportFile, "utf8")) as JsonReport;
    expect(report.verdict).toBe("incomplete");
    expect(report.exitCode).toBe(130);
    expect(report.sources[0]?.complete).toBe(false);
  });
});

function ended(child: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve) => child.on("close", (status) => resolve(status)));
}
