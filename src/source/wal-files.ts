import { type FileHandle, open } from "node:fs/promises";
import { systemCode } from "../errors.ts";
import { ChecksumChain } from "../etcd/wal/checksum-chain.ts";
import type { WalBatch } from "../etcd/wal/wal-batch.ts";
import { type WalContent, WalFileReader } from "../etcd/wal/wal-file-reader.ts";
import type { IncompleteCode, IncompleteReason } from "../model/source-facts.ts";
import type { WalFile } from "./data-directory-wal.ts";

/** What is told while WAL files are read. Calls are synchronous: the reading waits for them. */
export interface WalFilesListener {
  /** Puts, in the order of the files and within them. The batch is valid during the call only. */
  onPuts(batch: WalBatch, file: WalFile): void;
  /** Something of a file was not seen. */
  onIncomplete(reason: IncompleteReason): void;
  /** @param length how many bytes more have been read */
  onProgress(length: number): void;
}

/** One file and what it holds; null when nothing of it could be read. */
export interface WalFileContent {
  readonly file: WalFile;
  readonly content: WalContent | null;
}

/**
 * Reads WAL files in the order given: the log as one chain of checksums, every other file for itself. Files are opened
 * for reading only, one at a time, and held in memory a piece at a time. Ends early when the signal says so.
 */
export async function readWalFiles(
  files: readonly WalFile[],
  listener: WalFilesListener,
  signal: AbortSignal,
): Promise<readonly WalFileContent[]> {
  const contents: WalFileContent[] = [];
  const lastOfLog = files.findLast(({ sequence }) => sequence !== null);
  let chain = new ChecksumChain();
  let previous: number | null = null;
  for (const file of files) {
    const { sequence } = file;
    const goesOn = sequence !== null && (previous === null || sequence === previous + 1);
    if (!goesOn) chain = new ChecksumChain();
    const content = await readWalFile(file, chain, sequence === null || file === lastOfLog, listener, signal);
    if (content?.end.kind !== "complete") chain.forget();
    contents.push({ file, content });
    previous = sequence;
    if (signal.aborted) break;
  }
  return contents;
}

async function readWalFile(
  file: WalFile,
  chain: ChecksumChain,
  mayBeTorn: boolean,
  listener: WalFilesListener,
  signal: AbortSignal,
): Promise<WalContent | null> {
  const { path } = file;
  const incomplete = (code: IncompleteCode, what: string, nextStep: string) =>
    listener.onIncomplete({ code, message: `${path}${what}; ${nextStep}` });
  const reader = new WalFileReader(chain, {
    onPuts: (batch) => listener.onPuts(batch, file),
    onDamage: ({ kind, offset, message }) =>
      incomplete(kind === "cut" ? "truncated" : "record-damaged", `: offset ${offset}: ${message}`, COPY_AGAIN),
  });
  const handle = await open(path, "r").catch((error) => {
    incomplete("read-failed", ` can't be opened (${systemCode(error)})`, "see whether it is there and may be read");
    return undefined;
  });
  if (handle === undefined) return null;
  try {
    const before = await handle.stat({ bigint: true });
    const { offset, failure } = await readThrough(handle, reader, listener, signal);
    const after = await handle.stat({ bigint: true });
    if (after.mtimeNs !== before.mtimeNs || after.size !== before.size)
      incomplete("changed-while-read", " was changed while it was read", "stop the member, or scan a snapshot instead");
    if (signal.aborted) incomplete("interrupted", `: interrupted at byte ${offset} of ${file.size}`, "scan again");
    else if (failure !== undefined)
      incomplete("read-failed", `: reading failed at byte ${offset} (${failure})`, COPY_AGAIN);
    else return reader.finish(mayBeTorn);
    return { ...reader.finish(true), end: { kind: "unfinished", offset } };
  } finally {
    await handle.close();
  }
}

/** Hands a file to its reader, piece by piece; returns how far that went, and the code of the failure that ended it. */
async function readThrough(
  handle: FileHandle,
  reader: WalFileReader,
  { onProgress }: WalFilesListener,
  signal: AbortSignal,
): Promise<{ readonly offset: number; readonly failure: string | undefined }> {
  let offset = 0;
  while (!signal.aborted) {
    let length: number;
    try {
      length = (await handle.read(reader.space(), { position: offset })).bytesRead;
    } catch (error) {
      return { offset, failure: systemCode(error) };
    }
    if (length === 0) break;
    offset += length;
    reader.advance(length);
    onProgress(length);
  }
  return { offset, failure: undefined };
}

const COPY_AGAIN = "copy the stopped member's folder again, or scan a snapshot of another member";
