import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { AuditError } from "../errors.ts";
import { isSystemError } from "./system-error.ts";

/** Bytes. No configuration is as long; without a bound a device or a database would fill the memory. */
const LONGEST = 16 * 1024 * 1024;
/** The name of standard input on the command line. */
const STANDARD_INPUT = "-";

/** A small file that was read whole: an EncryptionConfiguration, a manifest, a file of flags. */
export interface ConfigurationFile {
  /** As it was given; `standard input` for that. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Permission bits; null where they mean nothing: standard input, a pipe, Windows. */
  readonly mode: number | null;
}

/**
 * Reads a small file whole, or standard input (`-`); a link is followed.
 * @throws AuditError FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_IS_A_FOLDER
 */
export async function readConfigurationFile(path: string): Promise<ConfigurationFile> {
  if (path === STANDARD_INPUT) {
    const name = "standard input";
    return { path: name, bytes: await readAll(name, process.stdin), mode: null };
  }
  const handle = await open(path, "r").catch(refuse(path));
  try {
    return await readOpened(path, handle);
  } finally {
    await handle.close();
  }
}

async function readOpened(path: string, handle: FileHandle): Promise<ConfigurationFile> {
  const stats = await handle.stat().catch(refuse(path));
  if (stats.isDirectory()) {
    throw new AuditError("FILE_IS_A_FOLDER", `${path} is a folder`, { nextStep: "name a file in it" });
  }
  const hasMode = stats.isFile() && process.platform !== "win32";
  const bytes = await readAll(path, handle.createReadStream({ autoClose: false }));
  return { path, bytes, mode: hasMode ? stats.mode & 0o7777 : null };
}

async function readAll(name: string, stream: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > LONGEST) break;
    }
  } catch (error) {
    refuse(name)(error);
  }
  if (length > LONGEST) {
    throw new AuditError("FILE_NOT_READABLE", `${name} is longer than 16 MiB, which no configuration is`, {
      nextStep: "name the configuration itself",
    });
  }
  return Buffer.concat(chunks);
}

/** For `catch`: a failure of the system becomes the user's affair, anything else is thrown on. */
function refuse(path: string): (error: unknown) => never {
  return (error) => {
    if (!isSystemError(error)) throw error;
    if (error.code === "ENOENT" || error.code === "ENOTDIR") {
      throw new AuditError("FILE_NOT_FOUND", `${path}: no such file`, { nextStep: "check the path", cause: error });
    }
    throw new AuditError("FILE_NOT_READABLE", `${path} can't be read (${error.code})`, {
      nextStep: "run as a user who may read it",
      cause: error,
    });
  };
}
