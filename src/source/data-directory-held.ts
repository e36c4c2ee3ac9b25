import { stat } from "node:fs/promises";
import type { DataDirectory } from "./data-directory.ts";
import { isHeldByEtcd } from "./held-by-etcd.ts";

/**
 * The file that a running member holds: its database, or a file of its log; null when none is held, or the system does
 * not tell. To be asked after the directory was read, and before, where that saves reading it.
 */
export async function findHeldFile({ databases, walFiles }: DataDirectory): Promise<string | null> {
  const member = databases.filter(({ kind }) => kind === "member");
  for (const { path } of [...member, ...walFiles]) {
    const stats = await stat(path, { bigint: true }).catch(() => undefined);
    if (stats !== undefined && (await isHeldByEtcd(stats))) return path;
  }
  return null;
}
