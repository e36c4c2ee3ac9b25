import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { explainKey } from "../src/explain-key.ts";
import type { KeyHistory } from "../src/model/key-history.ts";
import { etcdSnapshot } from "./bbolt-file/etcd-snapshot.ts";
import { repositoryCorpus } from "./corpus/repository-corpus.ts";
import { type CorpusPoint, readRevisions } from "./corpus/scenario-folder.ts";
import { putRequest, WalBuilder } from "./etcd/wal/wal-builder.ts";
import { ciphertextOf, plaintextOf, recordRun, secret } from "./source/freed-page-bytes.ts";
import { withFile } from "./source/read-snapshot.ts";

const KEY = "/registry/secrets/default/db";
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "explain-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function explain(path: string, key = KEY, more: { history?: boolean; residue?: boolean } = {}): Promise<KeyHistory> {
  return explainKey({ path, key: Buffer.from(key), ...more });
}

/** One line an event: what, when, how protected, where. */
function linesOf({ events }: KeyHistory): readonly string[] {
  return events.map(({ kind, revision, version, size, valueClass, places }) => {
    const where = places.map(
      ({ location, offset, count }) => `${location}${offset === null ? "" : `@${offset}`}x${count}`,
    );
    const how = valueClass === null ? "-" : (valueClass.keyName ?? valueClass.state);
    return `${kind} ${revision ?? "-"} v${version ?? "-"} ${size ?? "-"} ${how} ${where.join(" ")}`;
  });
}

const SECRET = plaintextOf(300);
const STORED = [
  { ...secret("db", 10, SECRET), createRevision: 10, version: 1 },
  { ...secret("db", 12, ciphertextOf(3)), createRevision: 10, version: 2 },
  { key: KEY, revision: 14, tombstone: true },
  { ...secret("db", 16, ciphertextOf(4)), createRevision: 16, version: 1 },
  secret("db-other", 18, plaintextOf(200)),
];

describe("the history of a key", () => {
  test("is every write, oldest first, with what was freed and copies of what is stored", async () => {
    const older = { ...secret("db", 5, plaintextOf(250)), createRevision: 3, version: 2 };
    const freedPages = [recordRun(2, [older, secret("db", 10, SECRET)]), recordRun(3, [older])];
    const { bytes } = etcdSnapshot({ records: STORED, freedPages });
    const expected = [
      "change 5 v2 250 plaintext free-page@8192x2",
      "create 10 v1 300 plaintext historyx1 free-page@8192x1",
      "change 12 v2 71 key1 historyx1",
      "delete 14 v- - - historyx1",
      "create 16 v1 87 key1 headx1",
    ];
    expect(linesOf(await withFile(bytes, (path) => explain(path)))).toEqual(expected);
    const packed = await withFile(gzipSync(bytes), (path) => explain(path), "snapshot.db.gz");
    expect(linesOf(packed)).toEqual(expected);
    expect(packed).toMatchObject({ exitCode: 0, nearKeys: [] });
  });

  test("leaves out what is not wanted", async () => {
    const { bytes } = etcdSnapshot({ records: STORED, freedPages: [recordRun(2, [secret("db", 5)])] });
    const live = await withFile(bytes, (path) => explain(path, KEY, { history: false, residue: false }));
    expect(linesOf(live)).toEqual(["create 16 v1 87 key1 headx1"]);
    expect(live.source).toMatchObject({ readsHistory: false, readsFreePages: false });
  });

  test("of a deleted key ends with its deletion", async () => {
    const { bytes } = etcdSnapshot({ records: STORED.slice(0, 3) });
    const lines = linesOf(await withFile(bytes, (path) => explain(path)));
    expect(lines.at(-1)).toBe("delete 14 v- - - historyx1");
  });

  test("in a data directory tells of the WAL: a put that became a revision is that revision's", async () => {
    const directory = join(folder, "member-1");
    for (const name of ["snap", "wal"]) mkdirSync(join(directory, "member", name), { recursive: true });
    const { bytes } = etcdSnapshot({ records: STORED, trailer: false });
    writeFileSync(join(directory, "member/snap/db"), bytes);
    const log = new WalBuilder()
      .entry(putRequest(KEY, plaintextOf(210)))
      .entry(putRequest(KEY, SECRET))
      .entry(putRequest(KEY, plaintextOf(220)))
      .entry(putRequest(KEY, ciphertextOf(4)))
      .entry(putRequest(KEY, plaintextOf(230)));
    writeFileSync(join(directory, "member/wal/0000000000000000-0000000000000000.wal"), log.finish(8192));
    const history = await explain(directory);
    expect(linesOf(history).map((line) => line.replace(/@\d+/, ""))).toEqual([
      "put - v- 210 plaintext walx1",
      "create 10 v1 300 plaintext historyx1 walx1",
      "put - v- 220 plaintext walx1",
      "change 12 v2 71 key1 historyx1",
      "delete 14 v- - - historyx1",
      "create 16 v1 87 key1 headx1 walx1",
      "put - v- 230 plaintext walx1",
    ]);
    // What is not yet in the database is newer than all of it.
    writeFileSync(
      join(directory, "member/wal/0000000000000000-0000000000000000.wal"),
      new WalBuilder().entry(putRequest(KEY, plaintextOf(240))).finish(8192),
    );
    expect(linesOf(await explain(directory)).at(-1)).toMatch(/^put - v- 240 plaintext wal/);
  });

  test("in a left-over database is told with its file, another write of the same revision apart", async () => {
    const directory = join(folder, "member-2");
    mkdirSync(join(directory, "member/snap"), { recursive: true });
    writeFileSync(join(directory, "member/snap/db"), etcdSnapshot({ records: STORED, trailer: false }).bytes);
    const other = { ...secret("db", 12, plaintextOf(260)), createRevision: 10, version: 2 };
    const { bytes } = etcdSnapshot({ records: [STORED[0] ?? other, other, secret("db", 20)], trailer: false });
    writeFileSync(join(directory, "member/snap/db.old"), bytes);
    const { events } = await explain(directory);
    expect(linesOf({ events } as KeyHistory)).toEqual([
      "create 10 v1 300 plaintext historyx1 free-pagex1",
      "change 12 v2 71 key1 historyx1",
      "change 12 v2 260 plaintext free-pagex1",
      "delete 14 v- - - historyx1",
      "create 16 v1 87 key1 headx1",
      "create 20 v1 200 plaintext free-pagex1",
    ]);
    expect(events.at(-1)?.places[0]?.file).toBe(join(directory, "member/snap/db.old"));
  });
});

describe("a key that is not there", () => {
  test("is exit 3, with keys much like it", async () => {
    const { bytes } = etcdSnapshot({ records: STORED });
    const near = async (key: string) => {
      const { exitCode, events, nearKeys } = await withFile(bytes, (path) => explain(path, key));
      expect({ exitCode, events }).toEqual({ exitCode: 3, events: [] });
      return nearKeys.map((each) => Buffer.from(each).toString());
    };
    expect(await near("/registry/secrets/defualt/db")).toEqual([KEY]);
    expect(await near("registry/secrets/default/db")).toEqual([KEY]);
    expect(await near("/registry/secrets/other/db")).toEqual([KEY]);
    expect(await near("/registry/secrets/default/db-othe")).toEqual([`${KEY}-other`]);
    expect(await near("/registry/configmaps/default/x")).toEqual([]);
  });
});

test("a source that was not seen whole is exit 3, and what was found is told", async () => {
  const { bytes } = etcdSnapshot({ records: STORED });
  const cut = await withFile(bytes.subarray(0, bytes.length - 32 - 4096), (path) => explain(path));
  expect(cut.exitCode).toBe(3);
  expect(cut.incompleteReasons.length).toBeGreaterThan(0);
});

describe.each(
  repositoryCorpus()
    .filter(({ title }) => /^(a|b|i|u|w|f)-/.test(title))
    .map((point): [string, CorpusPoint] => [point.title, point]),
)("%s", (_, point) => {
  test("of one key gives every stored revision as bbolt reads it", async () => {
    const revisions = readRevisions(point);
    const [key, wanted] =
      [...grouped(revisions)]
        .sort(([, a], [, b]) => b.length - a.length)
        .find(([name]) => name.includes("/secrets/")) ?? [];
    const history = await explain(point.file, key ?? "");
    const stored = history.events.filter(({ places }) => /^(head|history)$/.test(places[0]?.location ?? ""));
    expect(
      stored.map(({ revision, size, version, kind }) => [
        revision,
        kind === "delete" ? 0 : size,
        kind === "delete" ? 0 : version,
      ]),
    ).toEqual(
      (wanted ?? []).map(({ rev, size, version, tombstone }) => [rev, tombstone ? 0 : size, tombstone ? 0 : version]),
    );
    expect(JSON.stringify(history)).not.toContain("CANARY");
  });
});

function grouped<Item extends { readonly key: string; readonly rev: number }>(
  items: readonly Item[],
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(item.key, [...(groups.get(item.key) ?? []), item]);
  return groups;
}
