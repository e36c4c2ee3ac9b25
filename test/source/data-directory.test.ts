import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AuditError } from "../../src/errors.ts";
import { listDataDirectory } from "../../src/source/data-directory.ts";
import { findHeldFile } from "../../src/source/data-directory-held.ts";
import { readWalFiles } from "../../src/source/wal-files.ts";
import { MEMBERS, unpackMember } from "../etcd/wal/member-archive.ts";

const LOG = "0000000000000000-0000000000000000.wal";
const [smallest] = MEMBERS.at(-1) ?? [""];
let folder: string;
let pristine: string;
let counter = 0;
let directory: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "data-directory-"));
  pristine = join(folder, "pristine");
  unpackMember(smallest, pristine);
});

beforeEach(() => {
  directory = join(folder, `case-${counter++}`);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A data directory with files of these names in `member/`, each with a few bytes that are no database. */
function make(...names: readonly string[]): void {
  for (const name of names) {
    const path = join(directory, "member", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, name.endsWith("/empty") ? "" : "some bytes");
  }
}

async function listed(
  path = directory,
): Promise<{ databases: string[]; walFiles: string[]; problems: readonly string[] }> {
  const { databases, walFiles, problems } = await listDataDirectory(path);
  return {
    databases: databases.map((each) => `${each.kind} ${each.path.slice(path.length + 1)}`),
    walFiles: walFiles.map((each) => `${each.kind} ${each.path.slice(path.length + 1)} ${each.sequence}`),
    problems: problems.map(({ message }) => message.replaceAll(`${path}/`, "")),
  };
}

describe("what a folder is", () => {
  test("the folder that holds member/ and member/ itself are both a data directory", async () => {
    expect(await listed(pristine)).toEqual({
      databases: ["member member/snap/db"],
      walFiles: [`log member/wal/${LOG} 0`],
      problems: [],
    });
    expect(await listed(join(pristine, "member"))).toEqual({
      databases: ["member snap/db"],
      walFiles: [`log wal/${LOG} 0`],
      problems: [],
    });
  });

  test("a data directory under another name is told by what is in it", async () => {
    make("snap/db");
    const renamed = `${directory}-of-member-1`;
    renameSync(join(directory, "member"), renamed);
    expect((await listed(renamed)).databases).toEqual(["member snap/db"]);
  });

  test("a log on another disk, behind a link, is part of it", async () => {
    make("snap/db");
    symlinkSync(join(pristine, "member/wal"), join(directory, "member/wal"));
    expect((await listed()).walFiles).toEqual([`log member/wal/${LOG} 0`]);
  });

  test("any other folder is refused, with what to name instead", async () => {
    mkdirSync(join(directory, "member"), { recursive: true });
    for (const path of [directory, join(directory, "member")]) {
      await expect(listDataDirectory(path)).rejects.toMatchObject({ code: "FILE_IS_A_FOLDER" });
      await expect(listDataDirectory(path)).rejects.toThrow(AuditError);
    }
  });

  test("what does not exist, and what is no folder, are refused", async () => {
    for (const path of [join(directory, "none"), join(pristine, "member/snap/db")]) {
      await expect(listDataDirectory(path)).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    }
  });
});

describe("databases", () => {
  test("left-over ones are found by the names that etcd gives them", async () => {
    make("snap/0000000000000042.snap.db", "snap/db", "snap/db.tmp.123", "snap/tmp456", "wal/empty");
    expect((await listed()).databases).toEqual([
      "member member/snap/db",
      "received member/snap/0000000000000042.snap.db",
      "partly-defragmented member/snap/db.tmp.123",
      "partly-received member/snap/tmp456",
    ]);
  });

  test("copies under any other name are found by their content", async () => {
    make("snap/db.broken", "snap/notes.txt");
    cpSync(join(pristine, "member/snap/db"), join(directory, "member/snap/db.2026-11-01"));
    cpSync(join(pristine, "member/snap/db"), join(directory, "member/snap/0000000000000042.snap.db.broken"));
    expect((await listed()).databases).toEqual([
      "copy member/snap/0000000000000042.snap.db.broken",
      "copy member/snap/db.2026-11-01",
    ]);
  });

  test("snapshots of the membership and empty files are none", async () => {
    make("snap/0000000000000002-000000000000003d.snap", "snap/0000000000000003-000000000000004d.snap.broken");
    writeFileSync(join(directory, "member/snap/tmp1"), "");
    expect((await listed()).databases).toEqual([]);
  });
});

describe("the log", () => {
  const name = (sequence: number) => `wal/${sequence.toString(16).padStart(16, "0")}-00000000000000ff.wal`;

  test("is listed in the order of its sequence, then files allocated and set aside", async () => {
    make("wal/0.tmp", name(10), name(9), `${name(10)}.broken`, name(11), "wal/notes.txt");
    make(
      "wal.tmp/0000000000000000-0000000000000000.wal",
      "wal.broken.20261123.1/0000000000000000-0000000000000000.wal",
    );
    const { walFiles, problems } = await listed();
    expect(walFiles).toEqual([
      `log member/${name(9)} 9`,
      `log member/${name(10)} 10`,
      `log member/${name(11)} 11`,
      "preallocated member/wal/0.tmp null",
      `set-aside member/${name(10)}.broken null`,
      `set-aside member/wal.broken.20261123.1/${LOG} null`,
      `set-aside member/wal.tmp/${LOG} null`,
    ]);
    expect(problems).toEqual([]);
  });

  test("with a gap in its sequence is told, with the files beside it", async () => {
    make(name(3), name(4), name(6));
    expect((await listed()).problems).toEqual([
      `member/${name(4)}: files of the log are missing between it and member/${name(6)}; copy the whole folder from the member again`,
    ]);
  });
});

test("nothing is changed, created or held by listing and reading", async () => {
  const state = () =>
    readdirSync(pristine, { recursive: true, encoding: "utf8" })
      .sort()
      .map((each) => {
        const { mtimeMs, ctimeMs, size, mode, ino } = statSync(join(pristine, each));
        return { each, mtimeMs, ctimeMs, size, mode, ino };
      });
  const before = state();
  const { walFiles, ...rest } = await listDataDirectory(pristine);
  const ignore = () => undefined;
  const listener = { onPuts: ignore, onIncomplete: ignore, onProgress: ignore };
  await readWalFiles(walFiles, listener, new AbortController().signal);
  expect(await findHeldFile({ walFiles, ...rest })).toBeNull();
  expect(state()).toEqual(before);
});
