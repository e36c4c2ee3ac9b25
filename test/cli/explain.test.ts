import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FIXTURES } from "../corpus/repository-corpus.ts";
import { runProgram } from "../corpus/run-program.ts";
import { unpackMember } from "../etcd/wal/member-archive.ts";
import { expectOneLine } from "./messages.ts";

const KEY = "/registry/secrets/default/db-00";
const SNAPSHOT = join(FIXTURES, "b-identity-to-aescbc/partly-rewritten.db.gz");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "explain-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("the table has a line for each write, oldest first", async () => {
  const run = await runProgram(["explain", KEY, SNAPSHOT]);
  expect(run.status).toBe(0);
  expect(run.stderr).toBe("");
  const lines = run.stdout.toString().split("\n");
  expect(lines[0]).toBe(KEY);
  expect(lines[4]).toMatch(/^ +70 +created +384 +plaintext +- +history$/);
  expect(lines[5]).toMatch(/^ +169 +changed +439 +encrypted +aescbc\/key1 +head$/);
});

test("JSON has an event on each line", async () => {
  const path = join(folder, "history.json");
  const run = await runProgram(["explain", KEY, SNAPSHOT, "-o", `json=${path}`]);
  expect(run.status).toBe(0);
  expect(run.stdout.length).toBe(0);
  const text = readFileSync(path, "utf8");
  expect(JSON.parse(text)).toMatchObject({
    schemaVersion: "1.0",
    command: "explain",
    key: KEY,
    exitCode: 0,
    source: { kind: "snapshot", path: SNAPSHOT, complete: true },
    looked: { history: true, freePages: true, tail: true, wal: false },
    events: [
      { kind: "create", revision: 70, state: "plaintext", places: [{ location: "history" }] },
      { kind: "change", revision: 169, state: "encrypted", provider: "aescbc", keyName: "key1" },
    ],
  });
  expect(text.split("\n").filter((line) => line.includes('"revision":70,'))).toHaveLength(1);
});

test("a data directory's files are named, and no value is shown", async () => {
  unpackMember("i-compact-defrag.compacted-not-defragmented.tar.gz", folder);
  const table = await runProgram(["explain", KEY, folder]);
  expect(table.status).toBe(0);
  const text = table.stdout.toString();
  expect(text).toContain("The key has no live value");
  expect(text).toMatch(/compacted up to revision 205/);
  const json = await runProgram(["explain", KEY, folder, "-o", "json"]);
  const { events } = JSON.parse(json.stdout.toString()) as {
    events: { places: { location: string; file: string }[] }[];
  };
  expect(events.map(({ places }) => places.map(({ location }) => location))).toEqual(
    Array.from({ length: 3 }, () => ["free-page", "wal"]),
  );
  for (const { places } of events) {
    for (const { file } of places) expect(file.startsWith(join(folder, "member"))).toBe(true);
  }
  expect(text + json.stdout.toString()).not.toContain("CANARY");
});

test("a key that is not there is exit 3 and one line that names near ones", async () => {
  const run = await runProgram(["explain", "/registry/secrets/defualt/db-00", SNAPSHOT]);
  expect(run.status).toBe(3);
  expect(run.stdout.length).toBe(0);
  expectOneLine(run.stderr);
  expect(run.stderr).toContain(`did you mean ${KEY}`);
  const json = await runProgram(["explain", "/registry/nothing", SNAPSHOT, "-o", "json"]);
  expect(json.status).toBe(3);
  expect(JSON.parse(json.stdout.toString())).toMatchObject({ events: [], nearKeys: [], exitCode: 3 });
});

test.each([
  [["explain", KEY, SNAPSHOT, "-o", "csv"], "csv"],
  [["explain"], "etcd-key"],
  [["explain", "", SNAPSHOT], "empty"],
  [["explain", "base64:***", SNAPSHOT], "base64"],
  [["explain", KEY, SNAPSHOT, "--endpoints", "127.0.0.1:1"], "--endpoints"],
  [["explain", KEY, "/no/such/file"], "/no/such/file"],
])("%j is exit 2", async (args, named) => {
  const run = await runProgram(args);
  expect(run.status).toBe(2);
  expect(run.stdout.length).toBe(0);
  expect(run.stderr).toContain(named);
});
