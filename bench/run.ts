import { statSync } from "node:fs";
import { join } from "node:path";
import { compare, print } from "./compare.ts";
import type { Invocation } from "./measure.ts";
import { withEtcd, withFile, writeAllKeys, writeRevisions } from "./store.ts";

const PROGRAM = join(import.meta.dirname, "../dist/cli/main.js");
const MOST_BYTES_ABOVE_NODE = 150 * 2 ** 20;
/** Makes a file of some 0.9 GB. */
const FILE_VALUE_BYTES = 850;
/** So that SHA-256 is measured, and not how a file is read. */
const HASH_A_FILE = `
const { openSync, readSync } = require("node:fs");
const hash = require("node:crypto").createHash("sha256");
const buffer = Buffer.alloc(1024 * 1024);
const file = openSync(process.argv[1], "r");
for (let length; (length = readSync(file, buffer, 0, buffer.length, null)) > 0; ) hash.update(buffer.subarray(0, length));
hash.digest("hex");
`;

const BENCHES = { live: benchLive, file: benchFile } as const;

const names = process.argv.slice(2);
for (const [name, run] of Object.entries(BENCHES)) {
  if (names.length === 0 || names.includes(name)) await run();
}

function scan(...args: string[]): Invocation {
  return [process.execPath, PROGRAM, "scan", "--quiet", ...args];
}

/** 100,000 live values; then 10,000 revisions of history; then more than are read as events. */
async function benchLive(): Promise<void> {
  await withEtcd(async (server, writer) => {
    const { endpoint, binaries } = server;
    print(`etcd ${binaries.version}`);
    const live = ["--endpoints", endpoint];
    const getAll: Invocation = [binaries.etcdctl, ...live, "get", "--prefix", "/"];
    await writeAllKeys(writer);
    await writer.compact(await writer.put("/registry/settled", "x"));
    await compare({
      name: "live values against etcdctl get --prefix /",
      ours: scan(...live),
      theirs: getAll,
      rounds: 5,
      mostWall: 0.9,
      mostMemory: 0.35,
    });
    await writeRevisions(writer, 10_000);
    await compare({
      name: "live values and 10,000 revisions against etcdctl get --prefix /",
      ours: scan(...live, "--history"),
      theirs: getAll,
      rounds: 5,
      mostWall: 3,
    });
    await writeRevisions(writer, 11_000);
    await withFile("bench.db", (path) =>
      compare({
        name: "live values and 21,000 revisions through the snapshot against etcdctl snapshot save",
        ours: scan(...live, "--history"),
        theirs: [binaries.etcdctl, ...live, "snapshot", "save", path],
        rounds: 5,
        mostWall: 1.3,
      }),
    );
  });
}

/** A snapshot of 100,000 keys and 500,000 revisions, with the pages of another 100,000 freed. */
async function benchFile(): Promise<void> {
  await withFile("bench.db", async (path) => {
    await withEtcd(async (server, writer) => {
      const write = () => writeAllKeys(writer, FILE_VALUE_BYTES);
      await write();
      await write();
      const revision = await writer.put("/registry/settled", "x");
      for (let round = 0; round < 4; round++) await write();
      await writer.compact(revision);
      await server.etcdctl(["snapshot", "save", path]);
    });
    print(`\n${(statSync(path).size / 1e9).toFixed(2)} GB`);
    await compare({
      name: "a snapshot file against its SHA-256 in Node",
      ours: scan(path),
      theirs: [process.execPath, "-e", HASH_A_FILE, path],
      rounds: 5,
      mostWall: 1.25,
      mostBytesAboveNode: MOST_BYTES_ABOVE_NODE,
    });
  });
}
