import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type ConfigurationFile, readConfigurationFile } from "./configuration-file.ts";
import { isSystemError } from "./system-error.ts";

/**
 * The YAML files in the folder beside a file that is called as it is with `.d` at the end, by name; none where there is
 * no such folder.
 * @throws AuditError when one of them can't be read
 */
export async function readDropInFiles(path: string): Promise<readonly ConfigurationFile[]> {
  const folder = `${path}.d`;
  const names = await readdir(folder).catch((error: unknown): string[] => {
    if (isSystemError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR")) return [];
    throw error;
  });
  const files: ConfigurationFile[] = [];
  for (const name of names.filter((candidate) => /\.ya?ml$/.test(candidate)).sort()) {
    files.push(await readConfigurationFile(join(folder, name)));
  }
  return files;
}
