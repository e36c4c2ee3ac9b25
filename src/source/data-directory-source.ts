import { type FileHandle, open } from "node:fs/promises";
import { AuditError } from "../errors.ts";
import type { FreedPlace, RecordSink } from "../model/record-sink.ts";
import type { IncompleteReason, SourceFacts } from "../model/source-facts.ts";
import type { ContentHash } from "./content-hash.ts";
import type { DataDirectory } from "./data-directory.ts";
import type { StoredDatabase } from "./data-directory-databases.ts";
import { findHeldFile } from "./data-directory-held.ts";
import { FreedOnlySink } from "./freed-only-sink.ts";
import { IncompleteReasons } from "./incomplete.ts";
import { SnapshotFile } from "./snapshot-file.ts";
import type { ReadOptions, Source } from "./source.ts";
import { readWalFiles, type WalFileContent } from "./wal-files.ts";

/** A stopped member's data directory: its database, what was left over beside it, and its WAL. Nothing there is changed. */
export class DataDirectorySource implements Source {
  private readonly directory: DataDirectory;
  private readonly openHash: (size: number | null) => ContentHash;

  constructor(directory: DataDirectory, openHash: (size: number | null) => ContentHash) {
    this.directory = directory;
    this.openHash = openHash;
  }

  async read(sink: RecordSink, options: ReadOptions): Promise<SourceFacts> {
    const { directory } = this;
    const [own, ...leftOver] = directory.databases;
    if (own?.kind !== "member") {
      throw new AuditError("FILE_NOT_FOUND", `${directory.path} has no member/snap/db`, {
        nextStep: "copy the whole data directory of the stopped member, or name a snapshot file",
      });
    }
    const progress = this.progressOf(options);
    const facts = await this.readDatabase(own, sink, { ...options, onProgress: progress.within });
    progress.advance(own.size);
    const reasons = new IncompleteReasons();
    for (const { code, message } of directory.problems) reasons.add(code, message);
    let wal: readonly WalFileContent[] = [];
    if (options.residue && !options.signal.aborted) {
      for (const database of leftOver) {
        await this.readLeftOver(database, sink, { ...options, onProgress: progress.within }, reasons);
        progress.advance(database.size);
      }
      wal = await this.readWal(sink, options, reasons, progress.advance);
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
      incompleteReasons: unique([...reasons.listed, ...facts.incompleteReasons]),
      furtherIncompleteReasons: facts.furtherIncompleteReasons + reasons.further,
    };
  }

  private async readDatabase({ path }: StoredDatabase, sink: RecordSink, options: ReadOptions): Promise<SourceFacts> {
    return withFile(path, (handle) => new SnapshotFile(path, handle, this.openHash, path).read(sink, options));
  }

  /** A database beside the member's own: all that it holds is left over, whether or not its pages are in use. */
  private async readLeftOver(
    database: StoredDatabase,
    sink: RecordSink,
    options: ReadOptions,
    reasons: IncompleteReasons,
  ): Promise<void> {
    try {
      const { incompleteReasons } = await this.readDatabase(database, new FreedOnlySink(sink, database.path), options);
      for (const { code, message } of incompleteReasons) reasons.add(code, message);
    } catch (error) {
      if (!(error instanceof AuditError)) throw error;
      // What an interrupted defragmentation or reception leaves may end before it is a database.
      const isPartial = database.kind === "partly-defragmented" || database.kind === "partly-received";
      if (!isPartial) reasons.add("read-failed", `${error.message}; remove it, or copy it again`);
    }
  }

  private readWal(
    sink: RecordSink,
    { signal }: ReadOptions,
    reasons: IncompleteReasons,
    onProgress: (length: number) => void,
  ): Promise<readonly WalFileContent[]> {
    return readWalFiles(
      this.directory.walFiles,
      {
        onPuts: (batch, { path }) =>
          sink.addWalPuts(
            batch.records,
            (row): FreedPlace => ({ location: "wal", file: path, offset: batch.valueFileOffset(row) }),
          ),
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

async function withFile<Result>(path: string, read: (handle: FileHandle) => Promise<Result>): Promise<Result> {
  const handle = await open(path, "r").catch((cause: unknown) => {
    const nextStep = "run as a user who may read it";
    throw new AuditError("FILE_NOT_READABLE", `${path} can't be opened`, { nextStep, cause });
  });
  try {
    return await read(handle);
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
