import { open } from "node:fs/promises";
import type { RecordSink } from "../engine/record-sink.ts";
import { Records } from "../engine/records.ts";
import { AuditError, type ErrorCode } from "../errors.ts";
import type { WalBatch } from "../etcd/wal/wal-batch.ts";
import type { IncompleteCode, IncompleteReason, SourceFacts } from "../model/source-facts.ts";
import type { OpenHash } from "./content-hash.ts";
import type { DataDirectory } from "./data-directory.ts";
import type { StoredDatabase } from "./data-directory-databases.ts";
import { findHeldFile } from "./data-directory-held.ts";
import { FreedOnlySink } from "./freed-only-sink.ts";
import { IncompleteReasons } from "./incomplete.ts";
import { OpenFile } from "./seekable-file.ts";
import { SnapshotFile } from "./snapshot-file.ts";
import type { ReadOptions, Source } from "./source.ts";
import { readWalFiles, type WalFileContent } from "./wal-files.ts";

/** A stopped member's data directory: its database, what was left over beside it, and its WAL. Nothing there is changed. */
export class DataDirectorySource implements Source {
  private readonly directory: DataDirectory;
  private readonly openHash: OpenHash;

  constructor(directory: DataDirectory, openHash: OpenHash) {
    this.directory = directory;
    this.openHash = openHash;
  }

  async read(sink: RecordSink, options: ReadOptions): Promise<SourceFacts> {
    const { directory } = this;
    const [own, ...leftOver] = directory.databases;
    if (own?.kind !== "member") return refuse(directory);
    const progress = this.progressOf(options);
    const facts = await this.readDatabase(own, sink, { ...options, onProgress: progress.within });
    progress.advance(own.size);
    const reasons = new IncompleteReasons();
    let unattributedBytes = facts.unattributedBytes;
    let wal: readonly WalFileContent[] = [];
    let writesAhead = 0;
    const { aborted } = options.signal;
    if (options.residue && aborted && facts.incompleteReasons.length === 0)
      reasons.add("interrupted", `${directory.path}: interrupted before its logs and left-over databases were read`);
    if (options.residue && !aborted) {
      // All that can be missing is residue: the database is there.
      for (const { code, message } of directory.problems) reasons.add(code, message);
      for (const database of leftOver) {
        const within = { ...options, onProgress: progress.within };
        unattributedBytes = (unattributedBytes ?? 0) + (await this.readLeftOver(database, sink, within, reasons));
        progress.advance(database.size);
      }
      const { consistentIndex = Number.POSITIVE_INFINITY } = facts;
      wal = await this.readWal(sink, options, reasons, progress.advance, (batch) => {
        for (let row = 0; row < batch.records.count; row++)
          if ((batch.raftIndex[row] as number) > consistentIndex) writesAhead++;
      });
    }
    const held = await findHeldFile(directory);
    if (held !== null) {
      reasons.add("held-by-etcd", `${held} is held by a running etcd; stop the member, or scan a snapshot instead`);
    }
    return {
      ...facts,
      kind: "data-dir",
      path: directory.path,
      // A folder has no hash of its own; that of the database is the content's.
      sha256: null,
      clusterId: wal.map(({ content }) => content?.clusterId ?? null).find((id) => id !== null) ?? null,
      readsWal: wal.length > 0,
      writesAhead,
      unattributedBytes,
      incompleteReasons: unique([...reasons.listed, ...facts.incompleteReasons]),
      furtherIncompleteReasons: facts.furtherIncompleteReasons + reasons.further,
    };
  }

  private async readDatabase({ path }: StoredDatabase, sink: RecordSink, options: ReadOptions): Promise<SourceFacts> {
    return withFile(path, (file) => new SnapshotFile(path, file, this.openHash, path).read(sink, options));
  }

  /**
   * A database beside the member's own: all that it holds is left over, whether or not its pages are in use.
   * @returns its freed bytes of which no key can be told
   */
  private async readLeftOver(
    database: StoredDatabase,
    sink: RecordSink,
    options: ReadOptions,
    reasons: IncompleteReasons,
  ): Promise<number> {
    // What an interrupted defragmentation or reception leaves may end anywhere, before it is a database too.
    const isPartial = database.kind === "partly-defragmented" || database.kind === "partly-received";
    try {
      const facts = await this.readDatabase(database, new FreedOnlySink(sink, database.path), options);
      for (const { code, message } of facts.incompleteReasons) {
        if (!isPartial || !IS_OF_A_PARTIAL_FILE.has(code)) reasons.add(code, message);
      }
      return facts.unattributedBytes ?? 0;
    } catch (error) {
      if (!(error instanceof AuditError) || !IS_OF_ONE_FILE.has(error.code)) throw error;
      if (!isPartial || error.code === "FILE_NOT_READABLE")
        reasons.add("read-failed", `${error.message}; remove it, or copy it again`);
      return 0;
    }
  }

  private readWal(
    sink: RecordSink,
    { signal, engine }: ReadOptions,
    reasons: IncompleteReasons,
    onProgress: (length: number) => void,
    onLogged: (batch: WalBatch) => void,
  ): Promise<readonly WalFileContent[]> {
    const records = new Records(engine);
    return readWalFiles(
      this.directory.walFiles,
      {
        onPuts: (batch, { path, sequence }) => {
          if (sequence !== null) onLogged(batch);
          records.take(batch.records);
          sink.addWalPuts(records, { location: "wal", file: path });
        },
        onIncomplete: ({ code, message }) => reasons.add(code, message),
        onProgress,
      },
      signal,
    );
  }

  private progressOf({ onProgress }: ReadOptions) {
    const { databases, walFiles } = this.directory;
    const total = [...databases, ...walFiles].reduce((sum, { size }) => sum + size, 0);
    let done = 0;
    return {
      within: (bytesRead: number) => onProgress(done + bytesRead, total),
      advance: (length: number) => {
        done += length;
        onProgress(done, total);
      },
    };
  }
}

/** Failures that say something of one database, and nothing of the others. */
const IS_OF_ONE_FILE: ReadonlySet<ErrorCode> = new Set([
  "FILE_NOT_FOUND",
  "FILE_NOT_READABLE",
  "FILE_EMPTY",
  "NOT_A_SNAPSHOT",
  "BIG_ENDIAN_SNAPSHOT",
  "NOT_AN_ETCD_DATABASE",
]);

/** What is to be expected of a file whose writing was interrupted: its pages are looked through all the same. */
const IS_OF_A_PARTIAL_FILE: ReadonlySet<IncompleteCode> = new Set(["truncated", "page-damaged", "record-damaged"]);

function refuse({ path, problems }: DataDirectory): never {
  const [problem] = problems.filter(({ code }) => code === "read-failed");
  if (problem !== undefined) throw new AuditError("FILE_NOT_READABLE", problem.message);
  throw new AuditError("FILE_NOT_FOUND", `${path} has no member/snap/db`, {
    nextStep: "copy the whole data directory of the stopped member, or name a snapshot file",
  });
}

async function withFile<Result>(path: string, read: (file: OpenFile) => Promise<Result>): Promise<Result> {
  const handle = await open(path, "r").catch((cause: unknown) => {
    const nextStep = "run as a user who may read it";
    throw new AuditError("FILE_NOT_READABLE", `${path} can't be opened`, { nextStep, cause });
  });
  try {
    return await read(new OpenFile(handle));
  } finally {
    await handle.close();
  }
}

/** The same may be told of the database and of the directory. */
function unique(reasons: readonly IncompleteReason[]): readonly IncompleteReason[] {
  const hasHeld = reasons.some(({ code }) => code === "held-by-etcd");
  let seenHeld = false;
  return reasons.filter(({ code }) => {
    if (!hasHeld || code !== "held-by-etcd") return true;
    const isFirst = !seenHeld;
    seenHeld = true;
    return isFirst;
  });
}
