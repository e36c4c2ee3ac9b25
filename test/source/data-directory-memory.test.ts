import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Engine } from "../../src/engine/engine.ts";
import type { RecordSink } from "../../src/engine/record-sink.ts";
import { AuditError } from "../../src/errors.ts";
import { listDataDirectory } from "../../src/source/data-directory.ts";
import { DataDirectorySource } from "../../src/source/data-directory-source.ts";
import { CHUNK_COUNT, CHUNK_LENGTH } from "../../src/source/page-window.ts";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import { secret } from "./freed-page-bytes.ts";
import { INLINE_HASH, READ_OPTIONS } from "./read-snapshot.ts";

const DATABASE = "member/snap/db";
/** Takes records, and does nothing with them. */
const SINK: RecordSink = {
  learnCompactRevision: () => undefined,
  add: () => undefined,
  addUnsettled: () => undefined,
  settle: () => undefined,
  addFreed: () => undefined,
  addWalPuts: () => undefined,
};

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "data-directory-memory-"));
  for (const name of ["snap", "wal"]) mkdirSync(join(directory, "member", name), { recursive: true });
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function write(name: string, bytes: Uint8Array): void {
  writeFileSync(join(directory, name), bytes);
}

/** The database of a stopped member, without a hash as such files are. */
function database(name = "live"): Uint8Array {
  return etcdSnapshot({ records: [secret(name, 50)], trailer: false }).bytes;
}

test("hundreds of left-over databases need no more memory than one", async () => {
  write(DATABASE, database());
  const engine = new Engine();
  const read = async () => {
    const source = new DataDirectorySource(await listDataDirectory(directory), INLINE_HASH);
    await source.read(SINK, { ...READ_OPTIONS, engine });
    return engine.bytes.length;
  };
  write("member/snap/tmp1", database());
  const ofOne = await read();
  for (let number = 2; number < 200; number++) write(`member/snap/tmp${number}`, database());
  expect(await read()).toBe(ofOne);
});

test("what the engine has no memory for ends the audit, even within a database whose writing was interrupted", async () => {
  write(DATABASE, database());
  write("member/snap/tmp123", database("older"));
  const engine = new Engine();
  const failure = new AuditError("OUT_OF_MEMORY", "no memory");
  const { allocate } = engine.exports;
  let windows = 0;
  vi.spyOn(engine.exports, "allocate").mockImplementation((length) => {
    if (length > CHUNK_LENGTH * CHUNK_COUNT && ++windows === 2) throw failure;
    return allocate(length);
  });
  const source = new DataDirectorySource(await listDataDirectory(directory), INLINE_HASH);
  await expect(source.read(SINK, { ...READ_OPTIONS, engine })).rejects.toBe(failure);
});
