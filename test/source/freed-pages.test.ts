import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { audit } from "../../src/audit.ts";
import { PAGE_HEADER_LENGTH } from "../../src/bbolt/page.ts";
import { sealTrailer } from "../bbolt-file/bbolt-file.ts";
import { bytesOf, keyValueMessage, revisionKey } from "../bbolt-file/etcd-record.ts";
import { etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import { leafNode, viewOf } from "../bbolt-file/page.ts";
import { ciphertextOf, elementOf, leafRun, PAGE, plaintextOf, recordRun, secret } from "./freed-page-bytes.ts";
import { readFreed } from "./read-freed.ts";
import { withFile } from "./read-snapshot.ts";

const LIVE = [secret("live", 50, ciphertextOf(4)), secret("other", 51, ciphertextOf(4))];
/** Freed pages come first in the made-up files. */
const FIRST = 2;

/** A sound snapshot with these bytes in its freed pages. */
function snapshotWith(...freedPages: readonly Uint8Array[]): Uint8Array {
  return etcdSnapshot({ records: LIVE, freedPages }).bytes;
}

/** What is read as a file; the same must come of a stream, whatever its pieces. */
async function readBothWays(bytes: Uint8Array): Promise<readonly [lines: readonly string[], unattributed: number]> {
  const { facts, ...file } = await readFreed(bytes);
  for (const pieceLength of [4096, 4096 + 13, 10_007, bytes.length]) {
    const { facts: _, ...stream } = await readFreed(bytes, pieceLength);
    expect(stream).toEqual(file);
  }
  expect(file.codes).toEqual([]);
  return [file.lines, file.unattributedBytes ?? -1];
}

const line = (name: string, revision: number, what: string, pgid: number, location = "free-page") =>
  `/registry/secrets/default/${name} ${revision} ${what} ${location}@${pgid * PAGE}`;

describe("a freed page", () => {
  test("gives the records that it holds, those of the same revision once, ciphertext by its key", async () => {
    const records = [secret("a", 5), secret("b", 6, ciphertextOf(3))];
    const bytes = snapshotWith(recordRun(FIRST, records), recordRun(FIRST + 1, [secret("a", 5), secret("c", 7)]));
    expect(await readBothWays(bytes)).toEqual([
      [line("a", 5, "plaintext", FIRST), line("b", 6, "key1", FIRST), line("c", 7, "plaintext", FIRST + 1)],
      0,
    ]);
  });

  test("that copies a revision which is still stored is counted as a copy, and is no finding", async () => {
    const stored = [secret("old", 40), secret("old", 45, ciphertextOf(2)), ...LIVE];
    const freedPages = [recordRun(FIRST, [secret("old", 40), secret("gone", 39)])];
    const { bytes } = etcdSnapshot({ records: stored, freedPages });
    expect(await readBothWays(bytes)).toEqual([
      [line("gone", 39, "plaintext", FIRST), `${line("old", 40, "plaintext", FIRST)} copy`],
      0,
    ]);
    const result = await withFile(bytes, (path) => audit({ path }));
    expect(result.summary.areas.residue).toMatchObject({ total: 2, plaintext: 2 });
    expect(residueKeys(result.findings())).toEqual(["/registry/secrets/default/gone"]);
  });

  test("with an empty value is plaintext, as it is where it is stored", async () => {
    const bytes = snapshotWith(recordRun(FIRST, [secret("empty", 5, new Uint8Array(0)), secret("b", 6)]));
    expect((await readBothWays(bytes))[0]).toEqual([
      line("b", 6, "plaintext", FIRST),
      line("empty", 5, "plaintext", FIRST),
    ]);
  });

  test("with marks of deletions gives none of them", async () => {
    const dead = { key: "/registry/secrets/default/dead", revision: 8, tombstone: true };
    expect((await readBothWays(snapshotWith(recordRun(FIRST, [secret("dead", 7), dead]))))[0]).toEqual([
      line("dead", 7, "plaintext", FIRST),
    ]);
  });

  test("with revisions of a transaction gives each", async () => {
    const records = [0, 1, 2].map((sub) => ({ ...secret(`t${sub}`, 9), sub }));
    expect((await readBothWays(snapshotWith(recordRun(FIRST, records))))[0]).toHaveLength(3);
  });

  test("of another bucket gives nothing", async () => {
    const element = { key: bytesOf("members"), value: bytesOf('{"id":1}') };
    expect(await readBothWays(snapshotWith(leafRun(FIRST, [element])))).toEqual([[], 0]);
  });

  test("whose records are another revision than their keys say is passed over", async () => {
    const element = { key: revisionKey(12), value: keyValueMessage(secret("a", 13)) };
    const bytes = snapshotWith(leafRun(FIRST, [elementOf(secret("first", 11)), element]));
    // What can't be a record of etcd is not taken for one.
    expect((await readBothWays(bytes))[0]).toEqual([line("first", 11, "plaintext", FIRST)]);
  });

  test("that is an old root page gives the records of the small key bucket inside it", async () => {
    const inline = leafNode([secret("tiny", 3, ciphertextOf(2)), secret("plain", 4)].map(elementOf));
    const value = Buffer.concat([new Uint8Array(16), inline]);
    const root = leafRun(FIRST, [
      { key: bytesOf("alarm"), value: new Uint8Array(32), isBucket: true },
      { key: bytesOf("key"), value, isBucket: true },
    ]);
    expect((await readBothWays(snapshotWith(root)))[0]).toEqual([
      line("plain", 4, "plaintext", FIRST),
      line("tiny", 3, "key1", FIRST),
    ]);
  });

  test("is not looked at when residue is not wanted", async () => {
    const bytes = snapshotWith(recordRun(FIRST, [secret("a", 5)]));
    const result = await withFile(bytes, (path) => audit({ path, residue: false }));
    expect(result.summary.areas.residue.total).toBe(0);
    expect(result.looked).toMatchObject({ freePages: false, tail: false, wal: false });
    expect(result.sources[0]?.unattributedBytes).toBeNull();
    expect(residueKeys(result.findings())).toEqual([]);
    expect(result.verdict).toBe("pass");
    const asked = await withFile(bytes, (path) => audit({ path }));
    expect(asked.verdict).toBe("fail");
  });
});

describe("a freed run that was used again in part", () => {
  const big = recordRun(FIRST, [secret("a", 5), secret("long", 6, plaintextOf(3 * PAGE)), secret("z", 7)]);
  const pageCount = big.length / PAGE;

  test("is read up to there, and the rest is counted", async () => {
    expect(pageCount).toBe(4);
    const bytes = snapshotWith(big);
    const again = recordRun(FIRST + 1, [secret("newer", 20)]);
    const cut = sealed(bytes, (copy) => copy.set(again, (FIRST + 1) * PAGE));
    expect(await readBothWays(cut)).toEqual([
      [
        line("a", 5, "plaintext", FIRST),
        line("long", 6, "plaintext", FIRST),
        line("newer", 20, "plaintext", FIRST + 1),
      ],
      2 * PAGE,
    ]);
  });

  test("is read up to a page that is in use", async () => {
    // The run claims to go on over pages of the tree behind it.
    const alone = recordRun(FIRST, [secret("a", 5), secret("long", 6, plaintextOf(1000))]);
    viewOf(alone).setUint32(12, 1, true);
    expect((await readBothWays(snapshotWith(alone)))[0]).toEqual([
      line("a", 5, "plaintext", FIRST),
      line("long", 6, "plaintext", FIRST),
    ]);
  });

  test("whose beginning is gone is counted only", async () => {
    const bytes = snapshotWith(big);
    const again = recordRun(FIRST, [secret("newer", 20)]);
    const cut = sealed(bytes, (copy) => copy.set(again, FIRST * PAGE));
    expect(await readBothWays(cut)).toEqual([[line("newer", 20, "plaintext", FIRST)], 3 * PAGE]);
    const result = await withFile(cut, (path) => audit({ path }));
    const found = [...result.findings()].find(({ kind }) => kind === "residue-unattributed");
    expect(found).toMatchObject({ level: "note", subject: { detail: { bytes: 3 * PAGE } } });
  });

  test("and then wiped is not counted", async () => {
    const cut = sealed(snapshotWith(big), (copy) => copy.fill(0, FIRST * PAGE, (FIRST + pageCount) * PAGE));
    expect(await readBothWays(cut)).toEqual([[], 0]);
  });

  test.each(Array.from({ length: 40 }, (_, left) => left))(
    "leaves %i bytes of a value: ciphertext is not taken for plaintext, nor for malformed",
    async (left) => {
      // The value begins so many bytes before the end of the first page, and the next page was used again.
      const value = ciphertextOf(400);
      const probe = recordRun(FIRST, [secret("a", 5, plaintextOf(200)), secret("b", 6, value)]);
      const start = Buffer.from(probe).indexOf(Buffer.from(value.buffer, value.byteOffset, value.length));
      const padded = recordRun(FIRST, [secret("a", 5, plaintextOf(200 + PAGE - left - start)), secret("b", 6, value)]);
      const at = Buffer.from(padded).indexOf(Buffer.from(value.buffer, value.byteOffset, value.length));
      // A longer value has a longer length before it.
      expect(PAGE - at - left).toBeGreaterThanOrEqual(-2);
      const again = recordRun(FIRST + 1, [secret("newer", 20, ciphertextOf(2))]);
      const cut = sealed(snapshotWith(padded), (copy) => copy.set(again, (FIRST + 1) * PAGE));
      const [lines] = await readBothWays(cut);
      expect(lines).toEqual([line("a", 5, "plaintext", FIRST), line("newer", 20, "key1", FIRST + 1)]);
    },
  );
});

describe("live data", () => {
  test("whose bytes imitate freed pages is not taken for such", async () => {
    // The value lies so that a copy of a leaf page stands at the beginning of a page of its run.
    const fake = (pgid: number) => recordRun(pgid, [secret("imitation", 30)]);
    const build = (pgid: number, padding: number) => {
      const value = Buffer.concat([plaintextOf(200 + padding), fake(pgid), plaintextOf(300)]);
      return etcdSnapshot({ records: [secret("big", 60, value), ...LIVE] });
    };
    const run = build(0, 0).pages.find(
      ({ kind, bucket, overflow }) => kind === "leaf" && bucket === "key" && overflow > 0,
    );
    const pgid = run?.pgid ?? 0;
    const probe = Buffer.from(build(pgid + 1, 0).bytes);
    const padding = (pgid + 1) * PAGE - probe.indexOf(fake(pgid + 1).subarray(0, 64));
    const { bytes } = build(pgid + 1, padding);
    expect(viewOf(bytes).getUint32((pgid + 1) * PAGE, true)).toBe(pgid + 1);
    expect(await readBothWays(bytes)).toEqual([[], 0]);
  });
});

describe("the file's tail, beyond the last page in use", () => {
  const { bytes } = etcdSnapshot({ records: LIVE, trailer: false });
  const end = bytes.length / PAGE;

  test("is looked through as freed pages are", async () => {
    const tail = [recordRun(end, [secret("uncommitted", 70)]), new Uint8Array(3 * PAGE)];
    expect(await readBothWays(Buffer.concat([bytes, ...tail]))).toEqual([
      [line("uncommitted", 70, "plaintext", end, "file-tail")],
      0,
    ]);
    const whole = Buffer.concat([bytes, ...tail]);
    const result = await withFile(whole, (path) => audit({ path }));
    const [found] = [...result.findings()].filter(({ kind }) => kind === "plaintext-residue");
    expect(found?.subject).toMatchObject({ value: { location: "file-tail", offset: end * PAGE, modRevision: 70 } });
  });

  test("counts bytes that begin no page", async () => {
    expect(await readBothWays(Buffer.concat([bytes, new Uint8Array(2 * PAGE).fill(7)]))).toEqual([[], 2 * PAGE]);
  });

  test("may end within a run, or claim to be longer than anything", async () => {
    const run = recordRun(end, [secret("a", 70), secret("long", 71, plaintextOf(3 * PAGE))]);
    const short = Buffer.concat([bytes, run.subarray(0, 2 * PAGE)]);
    const found = [line("a", 70, "plaintext", end, "file-tail"), line("long", 71, "plaintext", end, "file-tail")];
    expect(await readBothWays(short)).toEqual([found, 0]);
    viewOf(run).setUint32(12, 0xffff_fff0, true);
    expect(await readBothWays(Buffer.concat([bytes, run]))).toEqual([found, 0]);
  });

  test("is found in a packed copy of a member's file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tail-"));
    try {
      const path = join(folder, "db.gz");
      writeFileSync(path, gzipSync(Buffer.concat([bytes, recordRun(end, [secret("uncommitted", 70)])])));
      expect(residueKeys((await audit({ path })).findings())).toEqual(["/registry/secrets/default/uncommitted"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("hostile freed pages", () => {
  const fields: readonly (readonly [string, number, number])[] = [
    ["a count that lies", 10, 0xffff],
    ["an overflow that lies", 12, 0xffff_ffff],
    ["a position that lies", PAGE_HEADER_LENGTH + 4, 0xffff_ffff],
    ["a key length that lies", PAGE_HEADER_LENGTH + 8, 0xffff_ffff],
    ["a value length that lies", PAGE_HEADER_LENGTH + 12, 0xffff_ffff],
  ];

  test.each(fields)("with %s are read as far as they can be", async (_, at, value) => {
    const run = recordRun(FIRST, [secret("a", 5), secret("b", 6)]);
    if (at === 10) viewOf(run).setUint16(at, value, true);
    else viewOf(run).setUint32(at, value, true);
    const { codes, lines } = await readFreed(snapshotWith(run));
    const stream = await readFreed(snapshotWith(run), 10_007);
    expect(codes).toEqual([]);
    expect(stream.codes).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(2);
    for (const each of [...lines, ...stream.lines]) expect(each).toMatch(/default\/[ab] [56] plaintext/);
  });
});

function residueKeys(findings: Iterable<{ readonly kind: string; readonly subject: unknown }>): readonly string[] {
  return [...findings].flatMap(({ kind, subject }) => {
    const { value } = subject as { value?: { key: Uint8Array } };
    return kind === "plaintext-residue" && value !== undefined ? [Buffer.from(value.key).toString()] : [];
  });
}

/** A copy of a snapshot, changed, with a hash that fits. */
function sealed(bytes: Uint8Array, change: (copy: Uint8Array) => void): Uint8Array {
  const copy = bytes.slice();
  change(copy);
  sealTrailer({ bytes: copy, hasTrailer: true, pageSize: PAGE, order: "little", pages: [] });
  return copy;
}
