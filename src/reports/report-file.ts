import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { AuditError } from "../errors.ts";

/** Bytes read at once. */
const CHUNK_LENGTH = 128 * 1024;
/** What a gzip file begins with (RFC 1952). */
const GZIP_MAGIC = 0x8b1f;

/**
 * A JSON report's file. It is read more than once, and always the file that was opened, whatever takes its name
 * meanwhile. Reading does not wait its turn: reporters take one finding after the other, and all they do is write it.
 */
export class ReportFile {
  /** As it was given. */
  readonly path: string;
  private readonly descriptor: number;
  private readonly opened: Stats;

  private constructor(path: string, descriptor: number, opened: Stats) {
    this.path = path;
    this.descriptor = descriptor;
    this.opened = opened;
  }

  /**
   * Opens a report.
   * @throws AuditError FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_IS_A_FOLDER, NOT_A_REPORT
   */
  static open(path: string): ReportFile {
    if (path === "-") {
      throw new AuditError("NOT_A_REPORT", "a report is read more than once, which standard input can't be", {
        nextStep: "name a file",
      });
    }
    // Without O_NONBLOCK, a FIFO that nobody writes to would be waited for.
    const descriptor = attempt(path, () => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
    try {
      const stats = attempt(path, () => fstatSync(descriptor));
      if (stats.isDirectory()) {
        throw new AuditError("FILE_IS_A_FOLDER", `${path} is a folder`, { nextStep: "name a report in it" });
      }
      if (!stats.isFile()) {
        throw new AuditError("NOT_A_REPORT", `${path} is no file, and a report is read more than once`, {
          nextStep: "write the report to a file first",
        });
      }
      const file = new ReportFile(path, descriptor, stats);
      file.refuseGzip();
      return file;
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /** Bytes. */
  get size(): number {
    return this.opened.size;
  }

  /**
   * The file from its beginning; a chunk is valid until the next one is asked for.
   * @throws AuditError FILE_NOT_READABLE, also when the file was changed since it was opened
   */
  *chunks(): Generator<Uint8Array, void> {
    const buffer = new Uint8Array(CHUNK_LENGTH);
    for (let offset = 0; ; ) {
      const length = attempt(this.path, () => readSync(this.descriptor, buffer, 0, CHUNK_LENGTH, offset));
      if (length === 0) break;
      offset += length;
      yield buffer.subarray(0, length);
    }
    const { size, mtimeMs } = attempt(this.path, () => fstatSync(this.descriptor));
    if (size === this.opened.size && mtimeMs === this.opened.mtimeMs) return;
    throw new AuditError("FILE_NOT_READABLE", `${this.path} was changed while it was read`, {
      nextStep: "run it again once nothing writes to it",
    });
  }

  /** Lower-case hex SHA-256 of the file. */
  sha256(): string {
    const hash = createHash("sha256");
    for (const chunk of this.chunks()) hash.update(chunk);
    return hash.digest("hex");
  }

  /** Gives the file back. */
  close(): void {
    closeSync(this.descriptor);
  }

  private refuseGzip(): void {
    const start = Buffer.alloc(2);
    attempt(this.path, () => readSync(this.descriptor, start, 0, start.length, 0));
    if (start.readUInt16LE(0) !== GZIP_MAGIC) return;
    throw new AuditError("NOT_A_REPORT", `${this.path} is compressed`, { nextStep: "unpack it first: gunzip" });
  }
}

/** Lets the system try; its refusal becomes the user's affair. */
function attempt<Result>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && "syscall" in cause)) throw cause;
    if (cause.code === "ENOENT" || cause.code === "ENOTDIR") {
      throw new AuditError("FILE_NOT_FOUND", `${path}: no such file`, { nextStep: "check the path", cause });
    }
    throw new AuditError("FILE_NOT_READABLE", `${path} can't be read (${cause.code})`, {
      nextStep: "run as a user who may read it",
      cause,
    });
  }
}
