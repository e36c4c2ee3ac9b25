import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BboltFile, PlacedPage } from "../bbolt-file/bbolt-file.ts";
import {
  changed,
  newerMeta,
  pagesOf,
  withBrokenMeta,
  withChild,
  withHeaderField,
  withLeafField,
  withMetaField,
  withZeroedPage,
} from "../bbolt-file/damage.ts";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import type { JsonReport } from "../corpus/program-output.ts";
import { runProgram } from "../corpus/run-program.ts";
import { secretRecords } from "./messages.ts";

const SECRETS = 400;
const SECRETS_IN_A_LEAF = 20;
const snapshot = etcdSnapshot({ records: secretRecords(SECRETS), freedPages: [new Uint8Array(4096).fill(7)] });
const leaf = at(pagesOf(snapshot, "leaf", "key"), 5);
const secondLeaf = at(pagesOf(snapshot, "leaf", "key"), 6);
const branch = at(pagesOf(snapshot, "branch", "key"), 0);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "damaged-file-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function at(pages: readonly PlacedPage[], index: number): PlacedPage {
  const page = pages[index];
  if (page === undefined) throw new Error(`the test's file has no page ${index}`);
  return page;
}

function withZeroedLeaf(file: BboltFile, index: number): BboltFile {
  return withZeroedPage(file, at(pagesOf(file, "leaf", "key"), index));
}

async function scan(
  name: string,
  bytes: Uint8Array,
): Promise<{ status: number | null; stderr: string; report: JsonReport }> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const run = await runProgram(["scan", path, "-o", "json"]);
  expect(run.stderr).not.toMatch(/^\s+at /m);
  return { status: run.status, stderr: run.stderr, report: JSON.parse(run.stdout.toString()) as JsonReport };
}

describe("a damaged file is exit 3, incomplete, and what can be read is reported", () => {
  const cases: readonly (readonly [string, () => Uint8Array])[] = [
    ["a page with zeros in it", () => withZeroedPage(snapshot, leaf).bytes],
    ["the first pages with zeros in them", () => [0, 1, 2, 3].reduce(withZeroedLeaf, snapshot).bytes],
    ["a page that says it is another", () => withHeaderField(snapshot, leaf, "id", leaf.pgid + 1).bytes],
    ["a page of no known kind", () => withHeaderField(snapshot, leaf, "flags", 0x40).bytes],
    ["more elements than fit", () => withHeaderField(snapshot, leaf, "count", 0xfff0).bytes],
    ["a run of pages past the end", () => withHeaderField(snapshot, leaf, "overflow", 0xffffffff).bytes],
    ["a value longer than the file", () => withLeafField(snapshot, leaf, 1, "valueLength", 0xffffffff).bytes],
    ["a value that runs out of its page", () => withLeafField(snapshot, leaf, 1, "valueLength", 4090).bytes],
    ["a key longer than the file", () => withLeafField(snapshot, leaf, 1, "keyLength", 0xffffffff).bytes],
    ["a key of no length", () => withLeafField(snapshot, leaf, 1, "keyLength", 0).bytes],
    ["an element that points out of its page", () => withLeafField(snapshot, leaf, 1, "position", 0x7fffffff).bytes],
    ["a branch that leads back to itself", () => withChild(snapshot, branch, 3, branch.pgid).bytes],
    [
      "a branch whose first children are itself",
      () => [0, 1, 2, 3].reduce((file, index) => withChild(file, branch, index, branch.pgid), snapshot).bytes,
    ],
    ["two branches that share a leaf", () => withChild(snapshot, branch, 5, secondLeaf.pgid).bytes],
    ["a child past the end", () => withChild(snapshot, branch, 3, 1_000_000).bytes],
    ["a child that is a meta page", () => withChild(snapshot, branch, 3, 1).bytes],
    ["a child that is a freed page", () => withChild(snapshot, branch, 3, 2).bytes],
  ];

  test.concurrent.each(cases)("%s", async (name, damage) => {
    const { status, stderr, report } = await scan(`${name.replaceAll(" ", "-")}.db`, damage());
    expect(status).toBe(3);
    expect(report.verdict).toBe("incomplete");
    expect(report.exitCode).toBe(3);
    expect(report.sources[0]?.complete).toBe(false);
    expect(report.sources[0]?.incompleteReasons.length).toBeGreaterThan(0);
    expect(stderr.trim()).not.toBe("");
    expect(report.summary.head.plaintext).toBeGreaterThanOrEqual(SECRETS - 5 * SECRETS_IN_A_LEAF);
    expect(report.summary.head.plaintext).toBeLessThan(SECRETS);
  });

  test.each([0, 1000])("cut in the middle, %s bytes before the end of a page", async (length) => {
    const rootFirst = etcdSnapshot({ records: secretRecords(SECRETS), placement: "descending" });
    const end = Math.floor(rootFirst.pages.length / 2) * rootFirst.pageSize - length;
    const { status, stderr, report } = await scan(`half-${length}.db`, rootFirst.bytes.subarray(0, end));
    expect(status).toBe(3);
    expect(stderr).toMatch(/truncated/);
    expect(report.verdict).toBe("incomplete");
    expect(report.summary.head.plaintext).toBeGreaterThan(SECRETS / 4);
    expect(report.summary.head.plaintext).toBeLessThan(SECRETS);
  });

  test("cut before the page that all others hang on", async () => {
    const { status, report } = await scan("rootless.db", snapshot.bytes.subarray(0, snapshot.pageSize * 10));
    expect(status).toBe(3);
    expect(report.verdict).toBe("incomplete");
    expect(report.summary.head.plaintext).toBeLessThan(SECRETS);
  });

  const hostileMetas: readonly (readonly [string, "root" | "highWaterMark" | "pageSize", number])[] = [
    ["a root past the end", "root", 1_000_000],
    ["a root that is a meta page", "root", 1],
    ["more pages than any disk holds", "highWaterMark", 2 ** 40],
    ["fewer pages than its tree has", "highWaterMark", 3],
    ["no pages", "highWaterMark", 0],
    ["pages of another size", "pageSize", 8192],
  ];

  test.concurrent.each(hostileMetas)("meta pages that tell of %s", async (name, field, value) => {
    const file = withMetaField(withMetaField(snapshot, 0, field, value), 1, field, value);
    const { status, report } = await scan(`${name.replaceAll(" ", "-")}.db`, file.bytes);
    expect(status).toBe(3);
    expect(report.verdict).toBe("incomplete");
  });

  test("cut inside the meta pages", async () => {
    const { status, report } = await scan("metas.db", snapshot.bytes.subarray(0, 4096 + 100));
    expect(status).toBe(3);
    expect(report.summary.head.total).toBe(0);
  });

  test("a .gz that ends too early", async () => {
    const packed = gzipSync(snapshot.bytes, { level: 0 });
    const { status, report } = await scan("cut.db.gz", packed.subarray(0, Math.floor(packed.length / 2)));
    expect(status).toBe(3);
    expect(report.verdict).toBe("incomplete");
    expect(report.summary.head.plaintext).toBeLessThan(SECRETS);
  });
});

describe("a hash that does not fit is exit 3, and everything is reported", () => {
  const cases: readonly (readonly [string, () => BboltFile])[] = [
    [
      "a changed byte in a freed page",
      () => changed(snapshot, (bytes) => bytes.fill(8, 8200, 8201), { keepHash: true }),
    ],
    ["a changed hash", () => changed(snapshot, (bytes) => bytes.fill(0, bytes.length - 8), { keepHash: true })],
  ];

  test.concurrent.each(cases)("%s", async (name, damage) => {
    const { status, stderr, report } = await scan(`${name.replaceAll(" ", "-")}.db`, damage().bytes);
    expect(status).toBe(3);
    expect(report.verdict).toBe("incomplete");
    expect(report.summary.head.plaintext).toBe(SECRETS);
    expect(stderr).toMatch(/hash|sha-?256/i);
  });

  test("a hash of which the end is missing", async () => {
    const { status, report } = await scan("hash-cut.db", snapshot.bytes.subarray(0, snapshot.bytes.length - 10));
    expect(status).toBe(3);
    expect(report.summary.head.plaintext).toBe(SECRETS);
  });
});

describe("what bbolt itself accepts is no damage", () => {
  const cases: readonly (readonly [string, () => Uint8Array])[] = [
    ["a member's file without a hash", () => snapshot.bytes.subarray(0, snapshot.bytes.length - 32)],
    ["a newer meta page that is damaged", () => withBrokenMeta(snapshot, newerMeta(snapshot)).bytes],
    ["an older meta page that is damaged", () => withBrokenMeta(snapshot, newerMeta(snapshot) === 0 ? 1 : 0).bytes],
    ["a freed page with zeros in it", () => withZeroedPage(snapshot, at(pagesOf(snapshot, "freed", ""), 0)).bytes],
    [
      "pages in descending order",
      () => etcdSnapshot({ records: secretRecords(SECRETS), placement: "descending" }).bytes,
    ],
    ["a stored freelist", () => etcdSnapshot({ records: secretRecords(SECRETS), freelist: "stored" }).bytes],
    ["pages of 1 KiB", () => etcdSnapshot({ records: secretRecords(SECRETS), pageSize: 1024 }).bytes],
    ["pages of 64 KiB", () => etcdSnapshot({ records: secretRecords(SECRETS), pageSize: 65_536 }).bytes],
    ["values of many pages", () => etcdSnapshot({ records: secretRecords(SECRETS, 20_000) }).bytes],
  ];

  test.concurrent.each(cases)("%s", async (name, make) => {
    const { status, report } = await scan(`${name.replaceAll(" ", "-")}.db`, make());
    expect(status).toBe(1);
    expect(report.verdict).toBe("fail");
    expect(report.sources[0]?.complete).toBe(true);
    expect(report.summary.head.plaintext).toBe(SECRETS);
  });
});
