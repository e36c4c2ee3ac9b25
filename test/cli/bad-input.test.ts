import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bboltFile } from "../bbolt-file/bbolt-file.ts";
import { withBrokenMeta, withMetaField } from "../bbolt-file/damage.ts";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import { SAMPLE } from "../corpus/repository-corpus.ts";
import { runProgram } from "../corpus/run-program.ts";
import { expectOneLine, secretRecords } from "./messages.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bad-input-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function written(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe("a source that can't be used is exit 2, one line with the path, and no report", () => {
  const snapshot = etcdSnapshot({ records: secretRecords(20) });
  const bothMetasBroken = withBrokenMeta(withBrokenMeta(snapshot, 0), 1);
  const noEtcd = bboltFile({ buckets: new Map([["settings", { entries: [] }]]) });
  const bigEndian = etcdSnapshot({ records: secretRecords(20), order: "big" });
  const withMetas = (field: "version" | "pageSize", value: number): Uint8Array =>
    withMetaField(withMetaField(snapshot, 0, field, value), 1, field, value).bytes;
  const cases: readonly (readonly [string, () => string, RegExp])[] = [
    ["no such file", () => join(folder, "absent.db"), /no such|not found|does not exist|isn't there/i],
    ["a folder", () => folder, /folder|directory/i],
    ["an empty file", () => written("empty.db", ""), /empty/i],
    ["text", () => written("text.db", "apiVersion: v1\nkind: Secret\n".repeat(1000)), /not .*snapshot/i],
    ["zeros", () => written("zeros.db", new Uint8Array(65_536)), /not .*snapshot/i],
    ["the first bytes of a snapshot", () => written("head.db", snapshot.bytes.subarray(0, 50)), /snapshot/i],
    ["both meta pages damaged", () => written("metas.db", bothMetasBroken.bytes), /meta|snapshot/i],
    ["another version of bbolt", () => written("version.db", withMetas("version", 3)), /snapshot/i],
    ["pages of no size", () => written("page-size.db", withMetas("pageSize", 0)), /snapshot/i],
    ["a big-endian host's file", () => written("big.db", bigEndian.bytes), /big-endian/i],
    ["a bbolt file of another program", () => written("other.db", noEtcd.bytes), /etcd/i],
    ["gzip of something else", () => written("text.db.gz", gzipSync("hello ".repeat(10_000))), /not .*snapshot/i],
    ["gzip of nothing", () => written("nothing.db.gz", gzipSync("")), /empty|snapshot/i],
  ];

  test.concurrent.each(cases)("%s", async (_, makePath, message) => {
    const path = makePath();
    const run = await runProgram(["scan", path]);
    expect(run.status).toBe(2);
    expect(run.stdout.length).toBe(0);
    expectOneLine(run.stderr);
    expect(run.stderr).toMatch(message);
    expect(run.stderr).toContain(path);
  });

  test("a big-endian file is refused even when it comes in .gz", async () => {
    const run = await runProgram(["scan", written("big.db.gz", gzipSync(bigEndian.bytes))]);
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/big-endian/i);
  });

  test.skipIf(process.getuid?.() === 0)("a file that may not be read", async () => {
    const path = written("secret.db", snapshot.bytes);
    chmodSync(path, 0o000);
    const run = await runProgram(["scan", path]);
    expect(run.status).toBe(2);
    expectOneLine(run.stderr);
    expect(run.stderr).toContain(path);
  });
});

describe("a command line that can't be used is exit 2 and names what is wrong", () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ["an unknown flag", ["scan", SAMPLE, "--colour"], "--colour"],
    ["an unknown command", ["inspect", SAMPLE], "inspect"],
    ["an unknown format", ["scan", SAMPLE, "-o", "xml"], "xml"],
    ["two formats on standard output", ["scan", SAMPLE, "-o", "json", "-o", "keys"], "standard output"],
    ["a flag without its value", ["scan", SAMPLE, "--prefix"], "--prefix"],
    ["two sources", ["scan", SAMPLE, SAMPLE], ""],
    ["no command", [], ""],
  ];

  test.concurrent.each(cases)("%s", async (_, args, named) => {
    const run = await runProgram(args);
    expect(run.status).toBe(2);
    expect(run.stdout.length).toBe(0);
    expect(run.stderr).toContain(named);
    expect(run.stderr).not.toMatch(/^\s+at /m);
  });

  test("an output file in a folder that is not there is refused before anything is scanned", async () => {
    const path = join(folder, "absent", "report.json");
    const run = await runProgram(["scan", SAMPLE, "-o", `json=${path}`]);
    expect(run.status).toBe(2);
    expectOneLine(run.stderr);
    expect(run.stderr).toContain(join(folder, "absent"));
  });

  test("an output file that is a folder is refused", async () => {
    const path = join(folder, "report-folder");
    mkdirSync(path);
    const run = await runProgram(["scan", SAMPLE, "-o", `json=${path}`]);
    expect(run.status).toBe(2);
    expectOneLine(run.stderr);
    expect(run.stderr).toContain(path);
  });
});

test("without a PATH the source is a live etcd", async () => {
  const run = await runProgram(["scan", "--endpoints", "127.0.0.1:1"]);
  expect(run.status).toBe(2);
  expectOneLine(run.stderr);
});
