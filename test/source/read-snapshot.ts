import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { bigintOf } from "../../src/bytes/int64.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { RecordSink, SettledPages } from "../../src/engine/record-sink.ts";
import type { Records } from "../../src/engine/records.ts";
import type { SourceFacts } from "../../src/model/source-facts.ts";
import { InlineContentHash, type OpenHash } from "../../src/source/content-hash.ts";
import { openSnapshot } from "../../src/source/open-snapshot.ts";
import { SnapshotFromBytes } from "../../src/source/snapshot-from-bytes.ts";
import type { ReadOptions, Source } from "../../src/source/source.ts";
import { bytesOf, type EtcdRecord } from "../bbolt-file/etcd-record.ts";

/** What a source has told: every stored record as one line, sorted by revision. */
export interface Reading {
  readonly facts: SourceFacts;
  readonly records: readonly string[];
  readonly compactRevision: number | undefined;
}

/** Takes records as the audit does, and keeps each that is stored as a line. */
class LineSink implements RecordSink {
  compactRevision: number | undefined;
  readonly lines: string[] = [];
  private readonly unsettled: { readonly page: number; readonly line: string }[] = [];

  learnCompactRevision(revision: number): void {
    this.compactRevision = revision;
  }

  add(records: Records): void {
    if (this.compactRevision === undefined)
      throw new Error("the compact revision was not told before the first record");
    this.lines.push(...linesOf(records));
  }

  addUnsettled(records: Records): void {
    const lines = linesOf(records);
    for (const [index, line] of lines.entries()) this.unsettled.push({ page: records.where(index), line });
  }

  settle({ isStored }: SettledPages): void {
    for (const { page, line } of this.unsettled) if (isStored(page)) this.lines.push(line);
  }

  addFreed(): void {}

  addWalPuts(): void {}
}

/** A line for a record as the reader should give it: values by their length and hash. */
export function lineOf(record: EtcdRecord): string {
  const isDead = record.tombstone === true;
  return line(
    record.revision,
    record.sub ?? 0,
    isDead,
    bytesOf(record.key),
    isDead ? new Uint8Array(0) : bytesOf(record.value ?? ""),
    isDead ? [0, 0] : [record.createRevision ?? record.revision, record.version ?? 1],
    isDead ? 0n : (record.lease ?? 0n),
  );
}

function linesOf(records: Records): string[] {
  return Array.from({ length: records.count }, (_, index) => {
    const { main, sub, createRevision, version, leaseHigh, leaseLow } = records.row(index);
    return line(
      main,
      sub,
      records.isTombstone(index),
      records.keyBytes(index),
      records.valueBytes(index),
      [createRevision, version],
      bigintOf(leaseHigh, leaseLow),
    );
  });
}

function line(
  main: number,
  sub: number,
  isDead: boolean,
  key: Uint8Array,
  value: Uint8Array,
  numbers: readonly number[],
  lease: bigint,
): string {
  const place = `${String(main).padStart(17, "0")}_${String(sub).padStart(6, "0")}${isDead ? "t" : ""}`;
  const hash = createHash("sha1").update(value).digest("hex").slice(0, 12);
  return `${place} ${Buffer.from(key).toString("latin1")} ${value.length}:${hash} ${numbers.join(" ")} ${lease}`;
}

/** Hashes on the thread that reads. */
export const INLINE_HASH: OpenHash = (_, chunks) => new InlineContentHash(chunks);

/** Never stopped, and nobody listens. */
export const READ_OPTIONS: Omit<ReadOptions, "engine"> = {
  history: "auto",
  residue: true,
  signal: new AbortController().signal,
  onProgress: () => undefined,
  onNotice: () => undefined,
  mayStartOver: false,
  onDebug: () => undefined,
};

/** Reads a source to its end. */
export async function readSource(source: Source, options: Partial<ReadOptions> = {}): Promise<Reading> {
  const sink = new LineSink();
  const facts = await source.read(sink, { ...READ_OPTIONS, engine: new Engine(), ...options });
  return { facts, records: sink.lines.sort(), compactRevision: sink.compactRevision };
}

/** Reads a file by its path, as the audit does. */
export async function readPath(path: string, options: Partial<ReadOptions> = {}): Promise<Reading> {
  const opened = await openSnapshot(path, INLINE_HASH);
  try {
    return await readSource(opened.source, options);
  } finally {
    await opened.close();
  }
}

/** Runs with a file that holds these bytes, and removes it. */
export async function withFile<Result>(
  bytes: Uint8Array,
  use: (path: string) => Promise<Result>,
  name = "snapshot.db",
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "source-"));
  try {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads bytes as a file that can be sought. */
export function readAsFile(bytes: Uint8Array): Promise<Reading> {
  return withFile(bytes, (path) => readPath(path));
}

/** Reads bytes as a stream that gives them in pieces of this length. */
export function readAsStream(
  bytes: Uint8Array,
  pieceLength = 64 * 1024,
  options: Partial<ReadOptions> = {},
): Promise<Reading> {
  const input = Readable.from(piecesOf(bytes, pieceLength), { objectMode: false });
  return readSource(new SnapshotFromBytes("the stream", null, input, null, INLINE_HASH), options);
}

/** Bytes cut into pieces; the last one may be shorter. */
export function* piecesOf(bytes: Uint8Array, pieceLength: number): Generator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += pieceLength) yield bytes.slice(offset, offset + pieceLength);
}

/** Facts that do not depend on the way in which the bytes came. */
export function comparable({ facts, records, compactRevision }: Reading): object {
  const { path, sha256, incompleteReasons, ...rest } = facts;
  return { rest, records, compactRevision, codes: incompleteReasons.map(({ code }) => code).sort() };
}

/** The reasons of a reading as their codes, each once. */
export function codesOf({ facts }: Reading): readonly string[] {
  return [...new Set(facts.incompleteReasons.map(({ code }) => code))].sort();
}
