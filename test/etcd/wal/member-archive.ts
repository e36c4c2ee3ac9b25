import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const FOLDER = fileURLToPath(new URL("../../fixtures/members/", import.meta.url));
const BLOCK = 512;

/** What a byte search finds in the files of an archive. */
export interface MemberCanaries {
  readonly etcdVersion: string;
  readonly canariesInDatabase: readonly string[];
  readonly canariesInWal: readonly string[];
}

/** One file of an archive. */
interface ArchivedFile {
  /** Such as `member/snap/db`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The archives of stopped members, with what is known of each. */
export const MEMBERS: readonly (readonly [archive: string, known: MemberCanaries])[] = Object.entries(
  JSON.parse(readFileSync(join(FOLDER, "canaries.json"), "utf8")) as Record<string, MemberCanaries>,
);

/** The files of an archive, which is a tar file in the form that POSIX calls ustar. */
function readMember(archive: string): readonly ArchivedFile[] {
  const tar = gunzipSync(readFileSync(join(FOLDER, archive)));
  const files: ArchivedFile[] = [];
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const field = (offset: number, length: number) =>
      tar.toString("latin1", at + offset, at + offset + length).replace(/[\0 ].*$/s, "");
    const size = Number.parseInt(field(124, 12), 8);
    const bytes = new Uint8Array(tar.buffer, tar.byteOffset + at + BLOCK, size);
    if (!field(0, 100).endsWith("/")) files.push({ name: field(0, 100), bytes });
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

/** The one WAL file of an archive. */
export function readMemberWal(archive: string): Uint8Array {
  const wal = readMember(archive).find(({ name }) => name.endsWith(".wal"));
  if (wal === undefined) throw new Error(`${archive} has no WAL file`);
  return wal.bytes;
}

/** Writes the files of an archive below a folder; their zeros at the end take no room. */
export function unpackMember(archive: string, folder: string): void {
  for (const { name, bytes } of readMember(archive)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, "w", 0o600);
    writeSync(file, bytes.subarray(0, lengthWithoutZeros(bytes)));
    ftruncateSync(file, bytes.length);
    closeSync(file);
  }
}

function lengthWithoutZeros(bytes: Uint8Array): number {
  return bytes.findLastIndex((byte) => byte !== 0) + 1;
}
