import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Writable } from "node:stream";
import { AuditError, systemCode } from "../errors.ts";
import type { ReportOutput } from "../report/reporter.ts";

/** An output that is open: it is either finished or discarded. */
export interface OpenOutput extends ReportOutput {
  /** Makes what was written last. Raises OUTPUT_NOT_WRITABLE when that fails. */
  finish(): Promise<void>;
  /** Leaves no trace of what was written, where that can still be done. Never fails. */
  discard(): Promise<void>;
}

/** Only the user who ran the program may read a report: it tells where plaintext lies. */
const FILE_MODE = 0o600;
/** Metrics name no object, and another user collects them. */
export const METRICS_MODE = 0o644;
const NAME_ATTEMPTS = 10;
/** Nothing is made and nothing that others wrote is overwritten. */
const DIRECT_FLAGS = constants.O_WRONLY | constants.O_APPEND;
/** Names of files that are open already: whatever they are, a new file in their place would not be them. */
const OPEN_FILE_PATH = /^\/(?:dev\/(?:fd\/\d+|stdout|stderr)|proc\/.*)$/;

/**
 * Opens a report file before anything is scanned, so that a path that can't be written is told at once
 * (OUTPUT_NOT_WRITABLE). The report goes to a temporary file in the same folder, mode 0600 by default, and takes the target's
 * place only when it is whole and on disk; a link at the target is replaced, never followed. A device or a FIFO, also
 * behind a link such as /dev/stdout, is written directly.
 */
export async function openOutputFile(path: string, mode = FILE_MODE): Promise<OpenOutput> {
  try {
    return (await isWrittenDirectly(path))
      ? new DirectFile(path, await open(path, DIRECT_FLAGS))
      : await openTemporary(path, mode);
  } catch (cause) {
    throw notWritable(path, cause);
  }
}

async function isWrittenDirectly(path: string): Promise<boolean> {
  if (OPEN_FILE_PATH.test(resolve(path))) return true;
  const target = await stat(path).catch((cause: unknown) => {
    if (systemCode(cause) === "ENOENT") return null;
    throw cause;
  });
  if (target?.isDirectory()) throw Object.assign(new Error("a folder"), { code: "EISDIR" });
  return target !== null && !target.isFile();
}

async function openTemporary(path: string, mode: number): Promise<OpenOutput> {
  const folder = dirname(resolve(path));
  for (let attempt = 1; ; attempt++) {
    const temporaryPath = join(folder, `.etcd-encryption-auditor-${randomBytes(8).toString("hex")}.tmp`);
    try {
      // "wx" is O_EXCL: whatever lies at the name already, a link too, makes this fail.
      return new ReplacingFile(path, temporaryPath, await open(temporaryPath, "wx", mode));
    } catch (cause) {
      if (systemCode(cause) !== "EEXIST" || attempt === NAME_ATTEMPTS) throw cause;
    }
  }
}

/** A file that takes the target's place when it is finished. */
class ReplacingFile implements OpenOutput {
  private readonly path: string;
  private readonly temporaryPath: string;
  private readonly handle: FileHandle;

  constructor(path: string, temporaryPath: string, handle: FileHandle) {
    this.path = path;
    this.temporaryPath = temporaryPath;
    this.handle = handle;
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    await writing(this.path, () => this.handle.writeFile(chunk));
  }

  async finish(): Promise<void> {
    try {
      await writing(this.path, async () => {
        await this.handle.sync();
        await this.handle.close();
        await rename(this.temporaryPath, this.path);
      });
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  async discard(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.temporaryPath, { force: true }).catch(() => undefined);
  }
}

/** A device, a FIFO or the like: what is written is there at once and can't be taken back. */
class DirectFile implements OpenOutput {
  private readonly path: string;
  private readonly handle: FileHandle;

  constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.handle = handle;
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    await writing(this.path, () => this.handle.writeFile(chunk));
  }

  async finish(): Promise<void> {
    await writing(this.path, () => this.handle.close());
  }

  async discard(): Promise<void> {
    await this.handle.close().catch(() => undefined);
  }
}

/**
 * Standard output as an output: it waits while the reader is behind. Raises ReaderGone once nobody reads any more.
 * @param stream process.stdout, except in tests
 */
export function openStandardOutput(stream: Writable): OpenOutput {
  let failure: unknown = null;
  // A stream that fails with no listener ends the process with a stack trace, so this one stays.
  stream.on("error", (error) => {
    failure ??= error;
  });
  const send = (chunk: string | Uint8Array) =>
    writing("on standard output", async () => {
      if (failure !== null) throw failure;
      await new Promise<void>((done, fail) => {
        stream.write(chunk, (error) => (error ? fail(error) : done()));
      });
    });
  return {
    write: send,
    finish: () => send(""),
    async discard() {},
  };
}

/** How a report ended: whole, or its reader went away first (`head`), which is no failure. */
export type Delivery = "written" | "reader-gone";

/**
 * Runs a reporter on an output that is open, then finishes the output; after a failure the output is discarded.
 * Raises OUTPUT_NOT_WRITABLE, and whatever the reporter raises.
 */
export async function deliver(
  output: OpenOutput,
  report: (out: ReportOutput) => Promise<void> | void,
): Promise<Delivery> {
  try {
    await report(output);
    await output.finish();
    return "written";
  } catch (error) {
    await output.discard();
    if (error instanceof ReaderGone) return "reader-gone";
    throw error;
  }
}

/** The reader of a pipe went away: what stops a reporter early. `deliver` tells it as an outcome. */
class ReaderGone extends Error {
  constructor(cause: unknown) {
    super("nobody reads this output any more", { cause });
    this.name = "ReaderGone";
  }
}

async function writing(path: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (cause) {
    throw systemCode(cause) === "EPIPE" ? new ReaderGone(cause) : notWritable(path, cause);
  }
}

function notWritable(path: string, cause: unknown): AuditError {
  const code = systemCode(cause);
  return new AuditError("OUTPUT_NOT_WRITABLE", `can't write the report ${path}: ${REASONS[code] ?? code}`, {
    nextStep: "name a file in a folder that you may write to",
    cause,
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  ENOENT: "its folder does not exist",
  ENOTDIR: "a part of its path is not a folder",
  EISDIR: "it is a folder",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left",
  EDQUOT: "the quota is used up",
  ENAMETOOLONG: "the name is too long",
};
