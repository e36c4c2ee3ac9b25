import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { audit } from "../../src/audit.ts";
import { explainKey } from "../../src/explain-key.ts";
import type { AuditResult } from "../../src/model/audit-result.ts";
import { CONNECTION_DEFAULTS } from "../../src/model/connection-options.ts";
import type { FindingKind } from "../../src/model/finding.ts";
import { describeLive } from "../etcd/live.ts";
import { EtcdServer } from "../etcd/server.ts";
import { EtcdWriter } from "../etcd/writer.ts";
import { ciphertextOf, plaintextOf } from "./freed-page-bytes.ts";

const COUNT = 30;
/** Secrets that are overwritten with ciphertext, and those deleted; the others stay as they are. */
const REWRITTEN = 20;
const DELETED = 25;

const name = (number: number) => `s-${String(number).padStart(2, "0")}`;
const keyOf = (number: number) => `/registry/secrets/default/${name(number)}`;
const names = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => name(from + index));
const ALL_OLD = names(0, DELETED);

/** A plaintext that no other secret has. */
function secretOf(number: number): Uint8Array {
  const value = plaintextOf(600);
  value.set(Buffer.from(`CANARY-${name(number)}.`), 300);
  return value;
}

/** The names of secrets whose plaintext a byte search finds. */
function canariesIn(bytes: Uint8Array): readonly string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  return [...new Set(text.match(/CANARY-s-\d\d\./g))].map((canary) => canary.slice(7, -1)).sort();
}

function found(result: AuditResult, kind: FindingKind, location?: string): readonly string[] {
  const keys = [...result.findings()].flatMap(({ kind: of, subject }) => {
    const isWanted =
      of === kind && subject.kind === "value" && (location ?? subject.value.location) === subject.value.location;
    return isWanted ? [Buffer.from(subject.value.key).toString().replace(/.*\//, "")] : [];
  });
  return [...new Set(keys)].sort();
}

describeLive("what each step leaves of old plaintext in a real etcd", (binaries) => {
  let server: EtcdServer;
  let writer: EtcdWriter;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "residue-live-"));
    server = await EtcdServer.start(binaries);
    writer = new EtcdWriter(server.endpoint);
    for (let number = 0; number < COUNT; number++) await writer.put(keyOf(number), secretOf(number));
    for (let number = 0; number < REWRITTEN; number++) await writer.put(keyOf(number), ciphertextOf(40));
    for (let number = REWRITTEN; number < DELETED; number++) await writer.delete(keyOf(number));
  });

  afterAll(async () => {
    writer?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function snapshot(file: string): Promise<string> {
    const path = join(folder, file);
    await server.etcdctl(["snapshot", "save", path]);
    return path;
  }

  const live = () =>
    audit({
      live: {
        connection: { ...CONNECTION_DEFAULTS, endpoints: [server.endpoint] },
        revision: null,
        serializable: false,
      },
      residue: true,
    });

  /** A copy of the data directory as it is once the member has been killed; the member goes on afterwards. */
  async function stoppedCopy(file: string): Promise<string> {
    const path = join(folder, file);
    await server.kill();
    cpSync(server.dataDirectory, path, { recursive: true });
    await server.resume();
    return path;
  }

  const logOf = (directory: string) => {
    const wal = join(directory, "member/wal");
    return Buffer.concat(readdirSync(wal).map((file) => readFileSync(join(wal, file))));
  };

  test("before compaction it is history; freed bytes hold nothing else", async () => {
    const path = await snapshot("before.db");
    for (const result of [await audit({ path }), await live()]) {
      expect(result.sources[0]?.incompleteReasons).toEqual([]);
      expect(found(result, "plaintext-value")).toEqual(names(DELETED, COUNT));
      expect(found(result, "plaintext-revision")).toEqual(ALL_OLD);
      expect(found(result, "plaintext-residue")).toEqual([]);
    }
  });

  test("after compaction it is what is left in freed pages, byte for byte", async () => {
    const head = await writer.put("/registry/leases/x/y", "z");
    await writer.compact(head);
    // Pages are freed by one commit and used again by later ones: not all that was freed is still there.
    const path = await snapshot("compacted.db");
    const physical = canariesIn(readFileSync(path)).filter((each) => ALL_OLD.includes(each));
    expect(physical.length).toBeGreaterThan(0);
    const offline = await audit({ path });
    expect(found(offline, "plaintext-value")).toEqual(names(DELETED, COUNT));
    expect(found(offline, "plaintext-revision")).toEqual([]);
    expect(found(offline, "plaintext-residue")).toEqual(physical);
    expect(found(offline, "plaintext-residue", "free-page")).toEqual(physical);
    const online = await live();
    expect(online.looked.freePages).toBe(true);
    const afterwards = canariesIn(readFileSync(await snapshot("compacted-again.db")));
    for (const each of found(online, "plaintext-residue")) expect(ALL_OLD).toContain(each);
    for (const each of afterwards.filter((other) => ALL_OLD.includes(other))) {
      expect(found(online, "plaintext-residue")).toContain(each);
    }
    const { events } = await explainKey({ path, key: Buffer.from(keyOf(Number(physical[0]?.slice(2)))) });
    expect(
      events.some(({ valueClass, places }) => valueClass?.state === "plaintext" && places[0]?.location === "free-page"),
    ).toBe(true);
  });

  test("a data directory has it in the log as well, whatever was compacted", async () => {
    const directory = await stoppedCopy("compacted-member");
    const result = await audit({ path: directory });
    expect(result.sources[0]?.incompleteReasons).toEqual([]);
    expect(found(result, "plaintext-residue", "wal")).toEqual(ALL_OLD);
    expect(canariesIn(logOf(directory))).toEqual(names(0, COUNT));
    const physical = canariesIn(readFileSync(join(directory, "member/snap/db")));
    expect(found(result, "plaintext-residue", "free-page")).toEqual(physical.filter((each) => ALL_OLD.includes(each)));
  });

  test("after defragmentation no page holds it, and the log still does", async () => {
    await server.etcdctl(["defrag"]);
    const path = await snapshot("defragmented.db");
    expect(canariesIn(readFileSync(path))).toEqual(names(DELETED, COUNT));
    for (const result of [await audit({ path }), await live()]) {
      expect(found(result, "plaintext-value")).toEqual(names(DELETED, COUNT));
      expect(found(result, "plaintext-residue")).toEqual([]);
    }
    const member = await audit({ path: await stoppedCopy("defragmented-member") });
    expect(found(member, "plaintext-residue", "free-page")).toEqual([]);
    expect(found(member, "plaintext-residue", "wal")).toEqual(ALL_OLD);
  });

  test("the folder of a running member is exit 3, and nothing in it changes", async () => {
    const before = statSync(join(server.dataDirectory, "member/snap/db"));
    const result = await audit({ path: server.dataDirectory });
    expect(result.exitCode).toBe(3);
    const held = result.sources[0]?.incompleteReasons.filter(({ code }) => code === "held-by-etcd");
    expect(held).toHaveLength(1);
    expect(statSync(join(server.dataDirectory, "member/snap/db")).ino).toBe(before.ino);
  });

  test("the history of a key is told live", async () => {
    const connection = { ...CONNECTION_DEFAULTS, endpoints: [server.endpoint] };
    const source = { live: { connection, revision: null, serializable: false } };
    await writer.put(keyOf(0), ciphertextOf(41));
    await writer.delete(keyOf(0));
    await writer.put(keyOf(0), ciphertextOf(42));
    const history = await explainKey({ ...source, key: Buffer.from(keyOf(0)) });
    expect(history.exitCode).toBe(0);
    expect(history.events.map(({ kind, places }) => `${kind} ${places[0]?.location}`).slice(-3)).toEqual([
      "change history",
      "delete history",
      "create head",
    ]);
    expect((await explainKey({ ...source, key: Buffer.from("/registry/secrets/default/none") })).exitCode).toBe(3);
  });
});

describeLive("a member that was killed before its database was committed", (binaries) => {
  let server: EtcdServer;

  beforeAll(async () => {
    server = await EtcdServer.start(binaries, { flags: ["--backend-batch-interval=1h"] });
  });

  afterAll(() => server?.close());

  test("has the secret in its log only, and there it is found", async () => {
    const writer = new EtcdWriter(server.endpoint);
    await writer.put(keyOf(7), secretOf(7));
    writer.close();
    await server.kill();
    const database = join(server.dataDirectory, "member/snap/db");
    expect(canariesIn(readFileSync(database))).toEqual([]);
    const result = await audit({ path: server.dataDirectory });
    expect(found(result, "plaintext-residue", "wal")).toEqual([name(7)]);
    expect(result.exitCode).not.toBe(0);
    const history = await explainKey({ path: server.dataDirectory, key: Buffer.from(keyOf(7)) });
    expect(history.events).toMatchObject([{ kind: "put", revision: null, places: [{ location: "wal", count: 1 }] }]);
    // The database alone tells nothing of it.
    const alone = await audit({ path: database });
    expect(found(alone, "plaintext-residue")).toEqual([]);
  });
});
