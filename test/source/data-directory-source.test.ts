import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { audit } from "../../src/audit.ts";
import { AuditError } from "../../src/errors.ts";
import type { AuditResult } from "../../src/model/audit-result.ts";
import type { StoredValue } from "../../src/model/stored-value.ts";
import type { EtcdRecord } from "../bbolt-file/etcd-record.ts";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import { plaintextSecret } from "../cli/messages.ts";
import { operation, put, putRequest, request, txn, WalBuilder } from "../etcd/wal/wal-builder.ts";
import { ciphertextOf, plaintextOf, recordRun, secret } from "./freed-page-bytes.ts";
import { readFreedAt } from "./read-freed.ts";

const LOG = "member/wal/0000000000000000-0000000000000000.wal";
const DATABASE = "member/snap/db";
const KEY = "/registry/secrets/default/";
const LIVE = [secret("live", 50, ciphertextOf(4)), secret("kept", 51)];

let folder: string;
let counter = 0;
let directory: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "data-directory-source-"));
});

beforeEach(() => {
  directory = join(folder, `case-${counter++}`);
  for (const name of ["snap", "wal"]) mkdirSync(join(directory, "member", name), { recursive: true });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, bytes: Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

/** The database of a stopped member, without a hash as such files are. */
function database(records: readonly EtcdRecord[] = LIVE, freedPages: readonly Uint8Array[] = []): Uint8Array {
  return etcdSnapshot({ records, freedPages, trailer: false }).bytes;
}

function residueOf(result: AuditResult): readonly StoredValue[] {
  return [...result.findings()].flatMap(({ kind, subject }) =>
    kind === "plaintext-residue" && subject.kind === "value" ? [subject.value] : [],
  );
}

function named(values: readonly StoredValue[]): readonly (readonly (string | number | null)[])[] {
  return values.map(({ key, modRevision, location, file, offset }) => [
    Buffer.from(key).toString().replace(KEY, ""),
    modRevision,
    location,
    file?.replace(`${directory}/`, "") ?? null,
    offset,
  ]);
}

describe("the database of a data directory", () => {
  test("gives what the file alone gives, with its freed pages", async () => {
    const path = write(DATABASE, database(LIVE, [recordRun(2, [secret("gone", 5), secret("kept", 51)])]));
    write(LOG, new WalBuilder().finish(4096));
    const [alone, whole] = [await audit({ path }), await audit({ path: directory })];
    expect(whole.summary.areas).toEqual(alone.summary.areas);
    expect(named(residueOf(whole))).toEqual([["gone", 5, "free-page", DATABASE, 8192]]);
    expect(whole.sources[0]).toMatchObject({ kind: "data-dir", path: directory, revision: 51, incompleteReasons: [] });
    expect(whole.looked).toMatchObject({ freePages: true, tail: true, wal: true });
  });

  test("is all that is read without residue: what is wrong elsewhere does not count", async () => {
    write(DATABASE, database());
    for (const sequence of [1, 3]) {
      const name = `member/wal/${String(sequence).padStart(16, "0")}-0000000000000000.wal`;
      write(name, new WalBuilder().entry(putRequest(`${KEY}logged`, plaintextSecret())).finish());
    }
    const result = await audit({ path: directory, residue: false });
    expect(result.sources[0]).toMatchObject({ incompleteReasons: [], unattributedBytes: null });
    expect(result.looked).toMatchObject({ freePages: false, tail: false, wal: false });
    expect(residueOf(result)).toEqual([]);
    // Looked at, the gap in the log is something that was not seen.
    expect((await audit({ path: directory })).verdict).toBe("incomplete");
  });

  test("that is not there is an error that says where it belongs", async () => {
    write(LOG, new WalBuilder().finish());
    await expect(audit({ path: directory })).rejects.toThrow(/member\/snap\/db/);
    await expect(audit({ path: directory })).rejects.toBeInstanceOf(AuditError);
  });

  test.skipIf(process.getuid?.() === 0)("in a folder that can't be listed is an error that says so", async () => {
    write(DATABASE, database());
    const snap = join(directory, "member/snap");
    chmodSync(snap, 0o000);
    await expect(audit({ path: directory })).rejects.toThrow(/snap can't be listed/);
    chmodSync(snap, 0o700);
  });

  test("that is no database is an error with its path", async () => {
    const path = write(DATABASE, new Uint8Array(65_536));
    await expect(audit({ path: directory })).rejects.toThrow(path);
  });

  test("that is damaged is exit 3, and the rest is read", async () => {
    const bytes = database([...LIVE, ...Array.from({ length: 200 }, (_, index) => secret(`s${index}`, 100 + index))]);
    bytes.fill(0xff, 8 * 4096, 9 * 4096);
    write(DATABASE, bytes);
    write(LOG, new WalBuilder().entry(putRequest(`${KEY}logged`, plaintextSecret())).finish());
    const result = await audit({ path: directory });
    expect(result.exitCode).toBe(3);
    expect(result.sources[0]?.incompleteReasons[0]?.message).toMatch(/offset \d+/);
    expect(named(residueOf(result)).map(([name]) => name)).toEqual(["logged"]);
  });
});

describe("databases left over beside it", () => {
  test.each(["0000000000000010.snap.db", "db.tmp.123456", "db.old"])("%s is reported with its file", async (name) => {
    write(DATABASE, database());
    const path = write(
      `member/snap/${name}`,
      database([...LIVE, secret("older", 20)], [recordRun(2, [secret("freed", 8)])]),
    );
    const result = await audit({ path: directory });
    expect(result.sources[0]?.incompleteReasons).toEqual([]);
    const inFile = `member/snap/${name}`;
    expect(named(residueOf(result))).toEqual([
      ["freed", 8, "free-page", inFile, 8192],
      ["older", 20, "free-page", inFile, null],
    ]);
    // The copy of what is stored is counted: one in plaintext, one under its key.
    expect(result.summary.areas.residue).toMatchObject({ total: 4, plaintext: 3, encrypted: 1 });
    expect(path.startsWith(directory)).toBe(true);
  });

  test("another write of the same revision is no copy of what is stored", async () => {
    write(DATABASE, database());
    write("member/snap/db.old", database([secret("kept", 51, plaintextOf(900)), secret("alien", 50)]));
    const result = await audit({ path: directory });
    expect(named(residueOf(result)).map(([name, revision]) => [name, revision])).toEqual([
      ["alien", 50],
      ["kept", 51],
    ]);
  });

  test("freed bytes of theirs that nothing can be told of are counted too", async () => {
    const headless = new Uint8Array(4096).fill(7);
    write(DATABASE, database(LIVE, [headless]));
    write("member/snap/db.old", database(LIVE, [headless, headless]));
    expect((await readFreedAt(directory)).unattributedBytes).toBe(3 * 4096);
  });

  test.each([100, 4096, 4 * 4096, 6 * 4096 + 100])(
    "one whose writing was interrupted at byte %i is read as far as it goes",
    async (end) => {
      write(DATABASE, database());
      const older = Array.from({ length: 60 }, (_, index) => secret(`older${index}`, 100 + index));
      write("member/snap/tmp123", database(older).subarray(0, end));
      const result = await audit({ path: directory });
      expect(result.sources[0]?.incompleteReasons).toEqual([]);
      expect(result.verdict).toBe("fail");
      // The leaves come first in the file, the branch page that names them is lost.
      const pages = Math.max(0, Math.floor(end / 4096) - 2);
      if (pages === 0) expect(residueOf(result)).toEqual([]);
      else expect(residueOf(result).length).toBeGreaterThan(8 * pages);
    },
  );

  test("are not read after an interruption, which is said", async () => {
    const own = database();
    write(DATABASE, own);
    write("member/snap/db.old", database([secret("older", 20)]));
    const stop = new AbortController();
    let times = 0;
    const result = await audit({
      path: directory,
      signal: stop.signal,
      // Once when all of the database has been read, and once when it has been closed.
      onProgress: (read) => read === own.length && ++times === 2 && stop.abort(),
    });
    expect(times).toBe(2);
    expect(result.sources[0]?.incompleteReasons).toMatchObject([{ code: "interrupted" }]);
    expect([result.verdict, residueOf(result)]).toEqual(["incomplete", []]);
  });

  test("one that can't be read and should be is exit 3", async () => {
    write(DATABASE, database());
    write("member/snap/0000000000000010.snap.db", new Uint8Array(65_536).fill(1));
    const result = await audit({ path: directory });
    expect(result.exitCode).toBe(3);
    expect(result.sources[0]?.incompleteReasons).toMatchObject([{ code: "read-failed" }]);
  });
});

describe("the log", () => {
  test("gives the puts that are not stored, with file and offset; copies and ciphertext are counted", async () => {
    write(DATABASE, database());
    const builder = new WalBuilder()
      .entry(putRequest(`${KEY}logged`, plaintextSecret()))
      .entry(putRequest(`${KEY}kept`, plaintextSecret()))
      .entry(putRequest(`${KEY}sealed`, ciphertextOf(3)))
      .entry(request(6, txn([], [operation(2, put(`${KEY}not-taken`, plaintextSecret()))])));
    const bytes = builder.finish(65_536);
    write(LOG, bytes);
    const result = await audit({ path: directory });
    const values = residueOf(result);
    expect(named(values).map(([name, , location, file]) => [name, location, file])).toEqual([
      ["logged", "wal", LOG],
      ["not-taken", "wal", LOG],
    ]);
    for (const { offset } of values) {
      const at = offset ?? -1;
      expect(Buffer.from(bytes.subarray(at, at + 200)).equals(plaintextSecret())).toBe(true);
    }
    expect(result.summary.areas.wal).toMatchObject({ total: 4, plaintext: 3, encrypted: 1 });
  });

  test("a torn last record is normal: what is before it counts, and nothing is incomplete", async () => {
    write(DATABASE, database());
    const builder = new WalBuilder()
      .entry(putRequest(`${KEY}logged`, plaintextSecret()))
      .entry(putRequest(`${KEY}torn`, plaintextOf(3000)));
    write(LOG, builder.finish().subarray(0, builder.at(-1).end - 2000));
    const result = await audit({ path: directory });
    expect(result.sources[0]?.incompleteReasons).toEqual([]);
    expect(named(residueOf(result)).map(([name]) => name)).toContain("logged");
    expect(result.exitCode).toBe(1);
  });

  test("a checksum that is wrong is exit 3 with the offset, and the rest is reported", async () => {
    write(DATABASE, database());
    const builder = new WalBuilder()
      .entry(putRequest(`${KEY}before`, plaintextSecret()))
      .entry(putRequest(`${KEY}damaged`, plaintextSecret()))
      .entry(putRequest(`${KEY}after`, plaintextSecret()));
    const bytes = builder.finish();
    const { end, offset } = builder.at(-2);
    bytes[end - 60] = (bytes[end - 60] ?? 0) ^ 1;
    write(LOG, bytes);
    const result = await audit({ path: directory });
    expect(result.exitCode).toBe(3);
    expect(result.sources[0]?.incompleteReasons[0]?.message).toContain(`offset ${offset}`);
    const names = named(residueOf(result)).map(([name]) => name);
    expect(names).toContain("before");
    expect(names).toContain("after");
  });

  test("that is not there is not looked at", async () => {
    rmSync(join(directory, "member/wal"), { recursive: true });
    write(DATABASE, database());
    const result = await audit({ path: directory });
    expect(result.looked.wal).toBe(false);
    expect(result.sources[0]?.incompleteReasons).toEqual([]);
  });
});

test("an interruption is told, and ends the reading", async () => {
  write(DATABASE, database());
  write(LOG, new WalBuilder().entry(putRequest(`${KEY}logged`, plaintextSecret())).finish());
  const result = await audit({ path: directory, signal: AbortSignal.abort() });
  expect(result.exitCode).toBe(130);
  expect(result.sources[0]?.incompleteReasons.map(({ code }) => code)).toContain("interrupted");
});
