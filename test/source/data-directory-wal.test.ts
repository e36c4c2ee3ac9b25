import { appendFileSync, mkdirSync, mkdtempSync, rmSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { IncompleteReason } from "../../src/model/source-facts.ts";
import { listDataDirectory } from "../../src/source/data-directory.ts";
import { readWalFiles, type WalFileContent } from "../../src/source/wal-files.ts";
import { MEMBERS, unpackMember } from "../etcd/wal/member-archive.ts";
import { putRequest, WalBuilder } from "../etcd/wal/wal-builder.ts";

const SIZE = 100_000;
let folder: string;
let counter = 0;
let directory: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wal-files-"));
});

beforeEach(() => {
  directory = join(folder, `case-${counter++}`);
  mkdirSync(join(directory, "member/wal"), { recursive: true });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a file of the log; returns its path. */
function write(name: string, bytes: Uint8Array): string {
  const path = join(directory, "member/wal", name);
  writeFileSync(path, bytes);
  return path;
}

const logName = (sequence: number, index: number) =>
  `${[sequence, index].map((number) => number.toString(16).padStart(16, "0")).join("-")}.wal`;

/** Three files with five puts each, chained. */
function writeLog(): { readonly paths: readonly string[]; readonly builders: readonly WalBuilder[] } {
  let crc = 0;
  const builders: WalBuilder[] = [];
  const paths = [7, 8, 9].map((sequence, position) => {
    const builder = new WalBuilder(crc, position * 5 + 1);
    for (let put = 0; put < 5; put++) builder.entry(putRequest(`/key-${position}-${put}`, "v".repeat(50)));
    builders.push(builder);
    crc = builder.crc;
    return write(logName(sequence, position * 5 + 1), builder.finish(position === 2 ? SIZE : 0));
  });
  return { paths, builders };
}

interface Reading {
  readonly keys: readonly string[];
  readonly unproven: number;
  readonly reasons: readonly IncompleteReason[];
  readonly contents: readonly WalFileContent[];
  readonly length: number;
}

async function read(onPuts: () => void = () => undefined, signal = new AbortController().signal): Promise<Reading> {
  const { walFiles } = await listDataDirectory(directory);
  const keys: string[] = [];
  const reasons: IncompleteReason[] = [];
  let unproven = 0;
  let length = 0;
  const contents = await readWalFiles(
    walFiles,
    {
      onPuts({ records, proven }) {
        onPuts();
        for (let row = 0; row < records.count; row++) {
          const start = records.keyOffset[row] ?? 0;
          keys.push(Buffer.from(records.bytes).toString("utf8", start, start + (records.keyLength[row] ?? 0)));
          if (proven[row] === 0) unproven++;
        }
      },
      onIncomplete: (reason) => void reasons.push(reason),
      onProgress: (more) => {
        length += more;
      },
    },
    signal,
  );
  return { keys, unproven, reasons, contents, length };
}

const ends = ({ contents }: Reading) => contents.map(({ content }) => content?.end.kind);
const allKeys = [0, 1, 2].flatMap((file) => [0, 1, 2, 3, 4].map((put) => `/key-${file}-${put}`));

test("the log is read as one chain, file by file, each with its entries", async () => {
  writeLog();
  const reading = await read();
  expect(reading.keys).toEqual(allKeys);
  expect(reading).toMatchObject({ unproven: 0, reasons: [] });
  expect(reading.contents.map(({ content }) => [content?.firstIndex, content?.lastIndex, content?.puts])).toEqual([
    [1, 5, 5],
    [6, 10, 5],
    [11, 15, 5],
  ]);
  expect(ends(reading)).toEqual(["complete", "complete", "complete"]);
  const { walFiles } = await listDataDirectory(directory);
  expect(reading.length).toBe(walFiles.reduce((sum, { size }) => sum + size, 0));
});

test("a gap in the sequence breaks the chain without a second complaint", async () => {
  unlinkSync(writeLog().paths[1] ?? "");
  const reading = await read();
  expect(reading.keys).toEqual(allKeys.filter((key) => !key.startsWith("/key-1")));
  expect(reading).toMatchObject({ unproven: 0, reasons: [] });
});

test("a file that ends too early, though another one follows, is told and the rest is read", async () => {
  const { paths, builders } = writeLog();
  const last = builders[1]?.at(-1);
  writeFileSync(paths[1] ?? "", builders[1]?.finish().subarray(0, (last?.end ?? 0) - 20) ?? "");
  const reading = await read();
  expect(reading.keys).toEqual(allKeys.filter((key) => key !== "/key-1-4"));
  expect(reading.reasons).toMatchObject([{ code: "truncated" }]);
  expect(reading.reasons[0]?.message).toContain(`${paths[1]}: offset ${last?.offset}:`);
  expect(ends(reading)).toEqual(["complete", "damaged", "complete"]);
});

test("only the last file may end in a torn record", async () => {
  const { paths, builders } = writeLog();
  writeFileSync(paths[2] ?? "", builders[2]?.finish().subarray(0, (builders[2]?.at(-1).end ?? 0) - 20) ?? "");
  const reading = await read();
  expect(reading.keys).toEqual(allKeys.filter((key) => key !== "/key-2-4"));
  expect(reading.reasons).toEqual([]);
  expect(ends(reading)).toEqual(["complete", "complete", "torn"]);
});

test("records that are missing at the end of a file show at the beginning of the next one", async () => {
  const { paths, builders } = writeLog();
  writeFileSync(paths[0] ?? "", builders[0]?.finish().subarray(0, builders[0]?.at(-1).offset) ?? "");
  const reading = await read();
  expect(reading.keys).toEqual(allKeys.filter((key) => key !== "/key-0-4"));
  expect(reading.reasons).toMatchObject([{ code: "record-damaged" }]);
  expect(reading.reasons[0]?.message).toContain(`${paths[1]}: offset 0:`);
});

test("copies from before a repair and files allocated for later are read each for itself", async () => {
  const { builders } = writeLog();
  write(`${logName(9, 11)}.broken`, builders[2]?.finish() ?? new Uint8Array(0));
  write("0.tmp", new Uint8Array(SIZE));
  const reading = await read();
  expect(reading.keys).toEqual([...allKeys, ...allKeys.slice(10)]);
  expect(reading).toMatchObject({ unproven: 0, reasons: [] });
});

test("a file that is written to while it is read is told", async () => {
  const { paths } = writeLog();
  let time = 1;
  const reading = await read(() => utimesSync(paths[2] ?? "", time, time++));
  expect(reading.reasons).toMatchObject([
    { code: "changed-while-read", message: expect.stringContaining("was changed") },
  ]);
  expect(reading.keys).toEqual(allKeys);
});

test("a file that goes away before it is read is told, and the others are read", async () => {
  const { paths } = writeLog();
  const reading = await read(() => rmSync(paths[1] ?? "", { force: true }));
  expect(reading.reasons).toMatchObject([{ code: "read-failed", message: expect.stringContaining("ENOENT") }]);
  expect(reading.keys).toEqual(allKeys.filter((key) => !key.startsWith("/key-1")));
  expect(reading.contents[1]?.content).toBeNull();
});

test("an interruption ends the reading, and says where", async () => {
  const { paths } = writeLog();
  const abort = new AbortController();
  const reading = await read(() => abort.abort(), abort.signal);
  expect(reading.keys).toEqual(allKeys.slice(0, 5));
  expect(reading.reasons).toMatchObject([{ code: "interrupted", message: expect.stringContaining(paths[0] ?? "") }]);
  expect(ends(reading)).toEqual(["unfinished"]);
});

test("a value is nowhere in what is told of damage", async () => {
  const { paths } = writeLog();
  appendFileSync(paths[2] ?? "", "password-in-a-damaged-place".repeat(9));
  const { reasons, contents } = await read();
  expect(ends({ contents } as Reading)).toEqual(["complete", "complete", "torn"]);
  expect(JSON.stringify([reasons, contents])).not.toContain("password");
});

test.each(MEMBERS)("the data directory in %s has no damage, and puts in its log", async (archive, known) => {
  unpackMember(archive, directory);
  const { databases } = await listDataDirectory(directory);
  expect(databases.map(({ kind }) => kind)).toEqual(["member"]);
  const reading = await read();
  expect(reading.reasons).toEqual([]);
  expect(reading.keys.length).toBeGreaterThan(known.canariesInWal.length);
});
