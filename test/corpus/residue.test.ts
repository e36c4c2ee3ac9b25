import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { audit } from "../../src/audit.ts";
import type { AuditResult } from "../../src/model/audit-result.ts";
import type { StoredValue } from "../../src/model/stored-value.ts";
import { MEMBERS, readMemberWal, unpackMember } from "../etcd/wal/member-archive.ts";
import { readFreed } from "../source/read-freed.ts";
import { withFile } from "../source/read-snapshot.ts";
import { type Canaries, canariesOf, storedCanaries } from "./canaries.ts";
import { repositoryCorpus } from "./repository-corpus.ts";
import { type CorpusPoint, readRevisions, readSnapshot } from "./scenario-folder.ts";

const POINTS = repositoryCorpus();

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "residue-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Everything with a canary audited: the more resources, the more there is to find. */
function auditOf(path: string, point: CorpusPoint): Promise<AuditResult> {
  const { resources } = canariesOf(point);
  return audit({ path, scope: { resources, prefixes: [point.etcdPrefix] } });
}

function residueOf(result: AuditResult): readonly StoredValue[] {
  return [...result.findings()].flatMap(({ kind, subject }) =>
    kind === "plaintext-residue" && subject.kind === "value" ? [subject.value] : [],
  );
}

/** The canaries of what was found that no stored revision holds; a value that has none is passed over. */
function foundCanaries(values: readonly StoredValue[], canaries: Canaries): ReadonlySet<string> {
  return new Set(
    values.flatMap(({ key, modRevision }) => canaries.ofPlaintext(Buffer.from(key).toString(), modRevision) ?? []),
  );
}

function without(all: ReadonlySet<string>, some: ReadonlySet<string>): readonly string[] {
  return [...all].filter((each) => !some.has(each)).sort();
}

describe.each(POINTS.map((point) => [point.title, point] as const))("%s", (_, point) => {
  const canaries = canariesOf(point);
  const revisions = readRevisions(point);
  const stored = storedCanaries(canaries, revisions);
  const bytes = readSnapshot(point);

  test("what is found in freed pages is what a byte search finds there and nothing else", async () => {
    const physical = canaries.within(bytes);
    const values = residueOf(await auditOf(point.file, point));
    const found = foundCanaries(values, canaries);
    expect(without(found, stored)).toEqual(without(physical, stored));
    expect(without(found, stored)).toEqual([...point.expected.plaintext_canaries.only_in_unreferenced_bytes].sort());
    expect(without(found, physical)).toEqual([]);
    const storedRevisions = new Set(revisions.map(({ key, rev }) => `${rev} ${key}`));
    const places = values.map(({ key, modRevision }) => `${modRevision} ${Buffer.from(key).toString()}`);
    expect(places.filter((place) => storedRevisions.has(place))).toEqual([]);
    expect(new Set(places).size).toBe(places.length);
    // Each finding says where: the key stands in the run that begins there.
    for (const { key, offset } of values) {
      expect(bytes.subarray(offset ?? -1, (offset ?? 0) + 1024 * 1024).includes(Buffer.from(key))).toBe(true);
    }
  });

  test("is found alike in a plain file, packed, and however its bytes come", async () => {
    const packed = await auditOf(point.file, point);
    const plain = await withFile(bytes, (path) => auditOf(path, point));
    expect(residueOf(plain)).toEqual(residueOf(packed));
    expect([...plain.findings()]).toEqual([...packed.findings()]);
    expect(plain.summary.areas).toEqual(packed.summary.areas);
    expect(plain.sources[0]?.unattributedBytes).toBe(packed.sources[0]?.unattributedBytes);
    const whole = await readFreed(bytes, bytes.length);
    for (const pieceLength of [4096 + 31, 200_003]) expect(await readFreed(bytes, pieceLength)).toEqual(whole);
  });
});

describe.each(MEMBERS)("the data directory %s", (archive, known) => {
  const [scenario, name] = archive.replace(/\.tar\.gz$/, "").split(/\.(?=[a-z])/) as [string, string];
  const point = POINTS.find(({ title }) => title === `${scenario}/${name}`);
  if (point === undefined) throw new Error(`${archive} belongs to no point of the corpus`);
  const canaries = canariesOf(point);
  const stored = storedCanaries(canaries, readRevisions(point));

  test("what is found in its database and its log is what a byte search finds there and nothing else", async () => {
    const directory = join(folder, archive);
    unpackMember(archive, directory);
    const database = readFileSync(join(directory, "member/snap/db"));
    const result = await auditOf(directory, point);
    expect(result.sources[0]).toMatchObject({ kind: "data-dir", incompleteReasons: [] });
    const values = residueOf(result);
    const inDatabase = values.filter(({ location }) => location !== "wal");
    const found = foundCanaries(inDatabase, canaries);
    expect([...canaries.within(database)].sort()).toEqual([...known.canariesInDatabase].sort());
    expect(without(found, stored)).toEqual(without(new Set(known.canariesInDatabase), stored));

    const wal = readMemberWal(archive);
    const inWal = values.filter(({ location }) => location === "wal");
    // A put of the WAL has no revision: the canary stands in the value that the finding points at.
    const foundInWal = new Set(
      inWal.flatMap(({ offset }) => [...canaries.within(wal.subarray(offset ?? 0, nextOffset(offset ?? 0, wal)))]),
    );
    expect(without(foundInWal, stored)).toEqual(without(new Set(known.canariesInWal), stored));
    expect(inWal.every(({ file, modRevision }) => file?.endsWith(".wal") === true && modRevision === 0)).toBe(true);
  });
});

/** Where the next put begins, as far as a search for Kubernetes' keys tells. */
function nextOffset(offset: number, wal: Uint8Array): number {
  const next = Buffer.from(wal.buffer, wal.byteOffset, wal.length).indexOf("/registry/", offset);
  return next === -1 ? wal.length : next;
}
