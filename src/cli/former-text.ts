import { readFile, stat } from "node:fs/promises";

/** Larger files are none of ours. Bytes. */
const LARGEST_FILE = 16 * 1024 * 1024;

/** What a file holds; undefined where there is none that can be read. A device or a FIFO is never opened. Never fails. */
export async function formerText(path: string): Promise<string | undefined> {
  try {
    const facts = await stat(path);
    return facts.isFile() && facts.size <= LARGEST_FILE ? await readFile(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}
